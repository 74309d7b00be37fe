/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.http.Connector;
import dev.observe.internal.otlp.GrpcSpanExporter;
import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.otlp.SpanExporters;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Timeouts;
import dev.observe.internal.versions.Capabilities;
import dev.observe.internal.versions.Library;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Checks the configured OTLP endpoint by a request without spans: on request, and once after the
 * first failed export.
 *
 * <p>Safe for use by any number of threads.
 */
public final class CollectorProbe implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(CollectorProbe.class.getName());
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Limits the wait for a cancelled background check. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(1);

  private final @Nullable ConfigProperties config;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable BackgroundCheck background;
  private boolean used;

  private CollectorProbe(@Nullable ConfigProperties config) {
    this.config = config;
  }

  /** Returns a probe of the endpoint in these settings; nothing is sent yet. */
  public static CollectorProbe of(ConfigProperties config) {
    return new CollectorProbe(config);
  }

  /** Returns a probe for a process whose spans OpenTelemetry's Java agent exports. */
  public static CollectorProbe ofAgent() {
    return new CollectorProbe(null);
  }

  /** Returns whether this probe checks the endpoint of the exporter. */
  public static boolean isAbout(SpanExporter exporter) {
    return Capabilities.otlpSenders()
        && (exporter instanceof OtlpSpanExporter
            || exporter instanceof GrpcSpanExporter
            || exporter instanceof OtlpGrpcSpanExporter);
  }

  /** As {@link #check(Duration)}, within {@code otel.exporter.otlp.timeout}. */
  public CollectorCheck check() {
    return new Run(null).result();
  }

  /**
   * Connects to the endpoint and returns the problem found, if any; does not throw for a problem.
   *
   * @param timeout the maximum duration of the check
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CollectorCheck check(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    return new Run(timeout).result();
  }

  /** Starts a check in the background that logs the problem found; only the first call does. */
  public void checkOnce() {
    lock.lock();
    try {
      if (!used) {
        used = true;
        BackgroundCheck started = new BackgroundCheck();
        background = started;
        started.thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a background check; none starts after this.
   *
   * @param timeout how long to wait for its result before it is cancelled
   */
  public void close(Duration timeout) {
    BackgroundCheck running;
    lock.lock();
    try {
      used = true;
      running = background;
      background = null;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.end(timeout);
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /** Returns the result that the settings alone decide, or null. */
  private @Nullable CollectorCheck withoutConnecting() {
    if (config == null) {
      return new CheckResult(
          Finding.JOINED_AGENT,
          "OpenTelemetry's Java agent is attached and exports the spans; observe sends none itself."
              + " Check the agent's settings and its log.");
    }
    if (Boolean.TRUE.equals(config.getBoolean("otel.sdk.disabled"))) {
      return new CheckResult(
          Finding.NO_OTLP_EXPORTER,
          "No spans are recorded: "
              + SpanExporters.named("otel.sdk.disabled")
              + " is true. Remove it to send spans.");
    }
    List<String> names = config.getList(SpanExporters.EXPORTER_SETTING, List.of("otlp"));
    return names.contains("otlp")
        ? null
        : new CheckResult(
            Finding.NO_OTLP_EXPORTER,
            "No spans go to a collector: "
                + SpanExporters.named(SpanExporters.EXPORTER_SETTING)
                + " is "
                + SafeText.oneLine(String.join(",", names))
                + ". Set it to otlp to send them.");
  }

  /** One check, on the thread that calls {@link #result}. */
  private final class Run {
    private final @Nullable Duration timeout;
    private volatile @Nullable ProbeConnection connection;
    private volatile boolean cancelled;

    Run(@Nullable Duration timeout) {
      this.timeout = timeout;
    }

    CollectorCheck result() {
      try {
        CollectorCheck known = withoutConnecting();
        ConfigProperties settings = config;
        if (known != null || settings == null) {
          return known == null ? unknown("no settings") : known;
        }
        if (!Capabilities.otlpSenders()) {
          return unknown(
              "the check needs OpenTelemetry "
                  + Capabilities.SENDERS_SINCE
                  + " or later, and "
                  + Library.OPENTELEMETRY.found()
                  + " is on the class path");
        }
        ProbeTarget target = ProbeTarget.of(settings);
        return target == null
            ? unknown("the exporter otlp is not OpenTelemetry's own")
            : probe(target);
      } catch (Throwable e) {
        FatalErrors.rethrow(e);
        return unknown(SafeText.describe(e));
      }
    }

    private CollectorCheck probe(ProbeTarget target) {
      Duration limit = limit(target);
      ProbeConnection opened = new ProbeConnection(target, System.nanoTime() + limit.toNanos());
      connection = opened;
      return cancelled
          ? unknown("cancelled")
          : new Diagnosis(target, opened, new Explanations(target, opened.proxy(), limit)).run();
    }

    private Duration limit(ProbeTarget target) {
      Duration limit = timeout == null ? target.timeout() : timeout;
      // The exporter's setting for no limit.
      boolean unlimited = limit.isZero() || limit.isNegative();
      return unlimited ? DEFAULT_TIMEOUT : Connector.bounded(limit);
    }

    private static CollectorCheck unknown(String cause) {
      return new CheckResult(Finding.UNKNOWN, "The endpoint could not be checked: " + cause + ".");
    }

    void cancel() {
      cancelled = true;
      ProbeConnection running = connection;
      if (running != null) {
        running.close();
      }
    }
  }

  /** The check after the first failed export. */
  private final class BackgroundCheck {
    private final Run run = new Run(null);
    private final Thread thread =
        DaemonThreads.factory("observe-first-failure").newThread(this::log);
    private volatile boolean ended;

    private void log() {
      CollectorCheck check = run.result();
      if (!check.isOk() && !ended) {
        try {
          LOGGER.log(Level.WARNING, check.message());
        } catch (Throwable e) {
          // A logging backend that fails leaves no place to report it.
          FatalErrors.rethrow(e);
        }
      }
    }

    void end(Duration timeout) {
      join(timeout);
      ended = true;
      run.cancel();
      join(CANCEL_TIMEOUT);
    }

    private void join(Duration timeout) {
      long nanos = Timeouts.nanos(timeout);
      if (nanos <= 0) {
        return;
      }
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
