/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.otlp.GrpcSpanExporter;
import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.otlp.SpanExporters;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
import dev.observe.internal.util.Uninterruptibly;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Checks the OTLP endpoint that the settings name, by a request without spans: when asked, and once
 * when the first export fails.
 *
 * <p>Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class CollectorProbe implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(CollectorProbe.class.getName());
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** For a check to tell itself that its time is over, which says more than we can from outside. */
  private static final Duration GRACE = Duration.ofMillis(300);

  /** For a thread that has been told to end. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private final @Nullable ConfigProperties config;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Background background;
  private boolean used;

  private CollectorProbe(@Nullable ConfigProperties config) {
    this.config = config;
  }

  /** Returns a probe of the endpoint that the settings name; nothing is looked at yet. */
  public static CollectorProbe of(ConfigProperties config) {
    return new CollectorProbe(config);
  }

  /** Returns the probe of somebody who leaves export to OpenTelemetry's Java agent. */
  public static CollectorProbe ofAgent() {
    return new CollectorProbe(null);
  }

  /** Returns whether this probe is about the endpoint of an exporter that the settings named. */
  public static boolean isAbout(SpanExporter exporter) {
    return exporter instanceof OtlpSpanExporter
        || exporter instanceof GrpcSpanExporter
        || exporter instanceof OtlpGrpcSpanExporter;
  }

  /** As {@link #check(Duration)}, within {@code otel.exporter.otlp.timeout}. */
  public CollectorCheck check() {
    return new Run(null).result();
  }

  /**
   * Reaches for the endpoint and tells what is wrong with it; never throws for what it finds.
   *
   * @param timeout how long it may take
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CollectorCheck check(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    return new Run(timeout).result();
  }

  /**
   * Checks in the background and says in the log what is wrong, if something is; once in the life
   * of this probe. Returns at once.
   */
  public void checkOnce() {
    lock.lock();
    try {
      if (!used) {
        used = true;
        Background started = new Background();
        background = started;
        started.thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits a little for a check in the background, then ends it; none begins after this.
   *
   * @param patience how long to wait for what it finds
   */
  public void close(Duration patience) {
    Background running;
    lock.lock();
    try {
      used = true;
      running = background;
      background = null;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.end(patience);
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private @Nullable CollectorCheck withoutLooking() {
    if (config == null) {
      return new CollectorCheck(
          Finding.JOINED_AGENT,
          "OpenTelemetry's Java agent is attached and exports the spans; observe sends none"
              + " itself. Whether they arrive, the agent's settings decide and its log tells.");
    }
    if (Boolean.TRUE.equals(config.getBoolean("otel.sdk.disabled"))) {
      return new CollectorCheck(
          Finding.NO_OTLP_EXPORTER,
          "No spans are made: "
              + SpanExporters.named("otel.sdk.disabled")
              + " is true. Remove it to send spans.");
    }
    List<String> names = config.getList(SpanExporters.EXPORTER_SETTING, List.of("otlp"));
    return names.contains("otlp")
        ? null
        : new CollectorCheck(
            Finding.NO_OTLP_EXPORTER,
            "No spans go to a collector: "
                + SpanExporters.named(SpanExporters.EXPORTER_SETTING)
                + " is "
                + LogText.oneLine(String.join(",", names))
                + ". Set it to otlp to send them.");
  }

  /** One check: a thread of its own, as looking up a name obeys no time limit. */
  private final class Run {
    private final @Nullable Duration wanted;
    private volatile @Nullable ProbeConnection dialer;
    private volatile @Nullable FutureTask<CollectorCheck> task;
    private volatile boolean cancelled;

    Run(@Nullable Duration wanted) {
      this.wanted = wanted;
    }

    CollectorCheck result() {
      try {
        CollectorCheck known = withoutLooking();
        ConfigProperties settings = config;
        if (known != null || settings == null) {
          return known == null ? unknown("no settings") : known;
        }
        ProbeTarget target = ProbeTarget.of(settings);
        return target == null
            ? unknown("the exporter otlp is not OpenTelemetry's own")
            : look(target);
      } catch (RuntimeException e) {
        return unknown(LogText.describe(e));
      }
    }

    private CollectorCheck look(ProbeTarget target) {
      Duration limit = limit(target);
      ProbeConnection mine = new ProbeConnection(target, System.nanoTime() + limit.toNanos());
      Explanations explain = new Explanations(target, mine.proxy(), limit);
      FutureTask<CollectorCheck> looking =
          new FutureTask<>(() -> new Diagnosis(target, mine, explain).run());
      dialer = mine;
      task = looking;
      if (cancelled) {
        return unknown("cancelled");
      }
      DaemonThreads.factory("observe-check").newThread(looking).start();
      try {
        return Uninterruptibly.get(looking, limit.plus(GRACE).toNanos());
      } catch (TimeoutException e) {
        mine.close();
        return switch (mine.stage()) {
          case LOOKUP -> explain.nameTooSlow();
          case CONNECT -> explain.connectTimeout();
          case HANDSHAKE, REPLY -> explain.noAnswer();
        };
      } catch (CancellationException | ExecutionException e) {
        return unknown(LogText.describe(e.getCause() == null ? e : e.getCause()));
      }
    }

    private Duration limit(ProbeTarget target) {
      Duration limit = wanted == null ? target.timeout() : wanted;
      if (limit.isZero() || limit.isNegative()) {
        // The exporter's setting for no limit.
        return DEFAULT_TIMEOUT;
      }
      return limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    }

    private static CollectorCheck unknown(String why) {
      return new CollectorCheck(Finding.UNKNOWN, "The endpoint could not be checked: " + why + ".");
    }

    void cancel() {
      cancelled = true;
      FutureTask<CollectorCheck> waitedFor = task;
      if (waitedFor != null) {
        waitedFor.cancel(false);
      }
      ProbeConnection running = dialer;
      if (running != null) {
        running.close();
      }
    }
  }

  /** The check at the first failure. */
  private final class Background {
    private final Run run = new Run(null);
    private final Thread thread =
        DaemonThreads.factory("observe-first-failure").newThread(this::tell);
    private volatile boolean ended;

    private void tell() {
      CollectorCheck check = run.result();
      if (!check.isOk() && !ended) {
        try {
          LOGGER.log(Level.WARNING, check.message());
        } catch (RuntimeException e) {
          // A logging backend that fails is nobody's reason to die, and nowhere is left to say so.
        }
      }
    }

    void end(Duration patience) {
      join(patience);
      ended = true;
      run.cancel();
      join(LAST_WAIT);
    }

    private void join(Duration atMost) {
      if (atMost.isZero() || atMost.isNegative()) {
        return;
      }
      try {
        thread.join(Math.max(1, atMost.toMillis()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
