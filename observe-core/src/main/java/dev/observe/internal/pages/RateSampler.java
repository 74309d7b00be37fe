/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** A thread that periodically samples the metrics for the rates of the report. */
public final class RateSampler implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(RateSampler.class.getName());
  private static final long CLOSE_MILLIS = 2_000;

  private final Report report;
  private final Thread thread;
  private boolean logged;

  private RateSampler(Report report) {
    this.report = report;
    this.thread = DaemonThreads.newThread("observe-report", this::run);
  }

  /** Starts the samples of a report. */
  public static RateSampler start(Report report) {
    RateSampler sampler = new RateSampler(report);
    sampler.thread.start();
    return sampler;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        sample();
        TimeUnit.NANOSECONDS.sleep(Rates.STEP_NANOS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void sample() {
    try {
      report.sample();
    } catch (RuntimeException | Error e) {
      FatalErrors.rethrow(e);
      // The scrape of the registry failed. The next one may succeed; the page counts failures.
      if (!logged) {
        logged = true;
        LOGGER.log(
            Level.WARNING,
            "The rates of /report lack a sample, because the metrics cannot be read: {0}",
            e.toString());
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
