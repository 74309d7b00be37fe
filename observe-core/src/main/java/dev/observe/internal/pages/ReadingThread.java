/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** Reads, every few seconds, what the report's rates are reckoned from. */
public final class ReadingThread implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(ReadingThread.class.getName());
  private static final long CLOSE_MILLIS = 2_000;

  private final Report report;
  private final Thread thread;
  private boolean told;

  private ReadingThread(Report report) {
    this.report = report;
    this.thread = new Thread(null, this::run, "observe-report", 0, false);
    thread.setDaemon(true);
    // A redeployed application must not be held by the threads of the last one.
    thread.setContextClassLoader(null);
  }

  /** Begins to read for a report. */
  public static ReadingThread start(Report report) {
    ReadingThread reading = new ReadingThread(report);
    reading.thread.start();
    return reading;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        read();
        TimeUnit.NANOSECONDS.sleep(Rates.STEP_NANOS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void read() {
    try {
      report.read();
    } catch (RuntimeException | Error e) {
      // The registry as a whole failed. The next reading may do better; the page tells the rest.
      if (!told) {
        told = true;
        LOGGER.log(Level.WARNING, "The metrics could not be read for /report: {0}", e.toString());
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
