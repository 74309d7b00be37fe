/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import dev.observe.export.EndpointCheck.Finding;
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
public final class EndpointProbe implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(EndpointProbe.class.getName());
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

  private EndpointProbe(@Nullable ConfigProperties config) {
    this.config = config;
  }

  /** Returns a probe of the endpoint that the settings name; nothing is looked at yet. */
  public static EndpointProbe of(ConfigProperties config) {
    return new EndpointProbe(config);
  }

  /** Returns the probe of somebody who leaves export to OpenTelemetry's Java agent. */
  public static EndpointProbe ofAgent() {
    return new EndpointProbe(null);
  }

  /** Returns whether this probe is about the endpoint of an exporter that the settings named. */
  public static boolean isAbout(SpanExporter exporter) {
    return exporter instanceof OtlpSpanExporter
        || exporter instanceof GrpcSpanExporter
        || exporter instanceof OtlpGrpcSpanExporter;
  }

  /** As {@link #check(Duration)}, within {@code otel.exporter.otlp.timeout}. */
  public EndpointCheck check() {
    return new Run(null).result();
  }

  /**
   * Reaches for the endpoint and tells what is wrong with it; never throws for what it finds.
   *
   * @param timeout how long it may take
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public EndpointCheck check(Duration timeout) {
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

  private @Nullable EndpointCheck withoutLooking() {
    if (config == null) {
      return new EndpointCheck(
          Finding.JOINED_AGENT,
          "OpenTelemetry's Java agent is attached and exports the spans; observe sends none"
              + " itself. Whether they arrive, the agent's settings decide and its log tells.");
    }
    if (Boolean.TRUE.equals(config.getBoolean("otel.sdk.disabled"))) {
      return new EndpointCheck(
          Finding.NO_OTLP_EXPORTER,
          "No spans are made: "
              + SpanExporters.named("otel.sdk.disabled")
              + " is true. Remove it to send spans.");
    }
    List<String> names = config.getList(SpanExporters.EXPORTER_SETTING, List.of("otlp"));
    return names.contains("otlp")
        ? null
        : new EndpointCheck(
            Finding.NO_OTLP_EXPORTER,
            "No spans go to a collector: "
                + SpanExporters.named(SpanExporters.EXPORTER_SETTING)
                + " is "
                + Text.oneLine(String.join(",", names))
                + ". Set it to otlp to send them.");
  }

  /** One check: a thread of its own, as looking up a name obeys no time limit. */
  private final class Run {
    private final @Nullable Duration wanted;
    private volatile @Nullable Dialer dialer;
    private volatile @Nullable FutureTask<EndpointCheck> task;
    private volatile boolean cancelled;

    Run(@Nullable Duration wanted) {
      this.wanted = wanted;
    }

    EndpointCheck result() {
      try {
        EndpointCheck known = withoutLooking();
        ConfigProperties settings = config;
        if (known != null || settings == null) {
          return known == null ? unknown("no settings") : known;
        }
        ProbeTarget target = ProbeTarget.of(settings);
        return target == null
            ? unknown("the exporter otlp is not OpenTelemetry's own")
            : look(target);
      } catch (RuntimeException e) {
        return unknown(Text.describe(e));
      }
    }

    private EndpointCheck look(ProbeTarget target) {
      Duration limit = limit(target);
      Dialer mine = new Dialer(target, System.nanoTime() + limit.toNanos());
      Explanations explain = new Explanations(target, mine.proxy(), limit);
      FutureTask<EndpointCheck> looking =
          new FutureTask<>(() -> new Diagnosis(target, mine, explain).run());
      dialer = mine;
      task = looking;
      if (cancelled) {
        return unknown("cancelled");
      }
      Threads.factory("observe-check").newThread(looking).start();
      try {
        return Uninterrupted.get(looking, limit.plus(GRACE).toNanos());
      } catch (TimeoutException e) {
        mine.close();
        return switch (mine.stage()) {
          case LOOKUP -> explain.nameTooSlow();
          case CONNECT -> explain.connectTimeout();
          case HANDSHAKE, REPLY -> explain.noAnswer();
        };
      } catch (CancellationException | ExecutionException e) {
        return unknown(Text.describe(e.getCause() == null ? e : e.getCause()));
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

    private static EndpointCheck unknown(String why) {
      return new EndpointCheck(Finding.UNKNOWN, "The endpoint could not be checked: " + why + ".");
    }

    void cancel() {
      cancelled = true;
      FutureTask<EndpointCheck> waitedFor = task;
      if (waitedFor != null) {
        waitedFor.cancel(false);
      }
      Dialer running = dialer;
      if (running != null) {
        running.close();
      }
    }
  }

  /** The check at the first failure. */
  private final class Background {
    private final Run run = new Run(null);
    private final Thread thread = Threads.factory("observe-first-failure").newThread(this::tell);
    private volatile boolean ended;

    private void tell() {
      EndpointCheck check = run.result();
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
