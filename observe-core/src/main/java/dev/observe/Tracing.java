/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.context.SpanScopes;
import dev.observe.internal.pipeline.AccountedProcessor;
import dev.observe.internal.pipeline.ExportReport;
import dev.observe.internal.request.DroppedRequests;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.start.OpenPipelines;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.ShutdownHook;
import dev.observe.internal.start.StartedTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handle of started tracing. Close it to deliver what is waiting.
 *
 * <p>All methods may be called by any thread, and again after {@link #close()}, when spans are no
 * longer recorded.
 *
 * @since 0.1
 */
public final class Tracing implements AutoCloseable {
  private static final long MAX_CHECK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String serviceName;
  private final StartedTracing started;
  private final DroppedRequests dropped;
  private final Duration shutdownTimeout;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile @Nullable ShutdownHook hook;
  private final View view = new View();
  private volatile @Nullable ShutdownReport report;

  Tracing(
      String serviceName,
      StartedTracing started,
      DroppedRequests dropped,
      Duration shutdownTimeout) {
    this.dropped = dropped;
    this.serviceName = serviceName;
    this.started = started;
    this.shutdownTimeout = shutdownTimeout;
    OpenPipelines.add(started.pipelines());
  }

  /**
   * Returns a builder for tracing that is not all defaults.
   *
   * @param serviceName the name under which a backend shows the traces
   * @throws IllegalArgumentException if the name is blank
   */
  public static TracingBuilder builder(String serviceName) {
    return new TracingBuilder(serviceName);
  }

  /** Returns the name that was given at the start. */
  public String serviceName() {
    return serviceName;
  }

  /**
   * Returns the OpenTelemetry to make spans with. What is asked of it for metrics goes to the
   * process-wide {@link Metrics}, if there are any.
   */
  public OpenTelemetry openTelemetry() {
    return view;
  }

  /**
   * Returns the last requests that the sampler dropped although they were slow or failed, as far as
   * filters made with this handle have seen them; oldest first.
   */
  public List<DroppedRequest> droppedRequests() {
    return dropped.entries();
  }

  /** Returns a tracer named after the service, for spans of the application's own. */
  public Tracer tracer() {
    return started.tracerProvider().get(serviceName);
  }

  /**
   * Does the work within a span of its own, which is the parent of what the work makes. The span
   * ends with the work; what the work throws is recorded on it and passes through.
   *
   * @param name of low cardinality: what is done, not for whom
   * @throws E if the work does
   */
  public <E extends Exception> void span(String name, ThrowingRunnable<E> work) throws E {
    SpanScopes.run(tracer(), name, work);
  }

  /**
   * As {@link #span(String, ThrowingRunnable)}, for work with a result.
   *
   * @param name of low cardinality: what is done, not for whom
   * @throws E if the work does
   */
  public <T extends @Nullable Object, E extends Exception> T span(
      String name, ThrowingSupplier<T, E> work) throws E {
    return SpanScopes.get(tracer(), name, work);
  }

  View view() {
    return view;
  }

  void closeAtExit() {
    hook = ShutdownHook.add("observe-tracing-exit", this::close);
  }

  /**
   * Delivers every span that has ended by now.
   *
   * @param timeout how long to wait at most
   * @return whether all of them were acknowledged by where they were sent; spans that an agent took
   *     are the agent's
   */
  public boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean delivered = true;
    for (AccountedProcessor pipeline : started.pipelines()) {
      delivered &= pipeline.flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    boolean others =
        started
            .flushOthers()
            .join(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
            .isSuccess();
    return delivered && others;
  }

  /**
   * Reaches for the collector with a request without spans, and tells what is wrong and which
   * setting to change; within {@code otel.exporter.otlp.timeout}, 10 seconds by default.
   *
   * <p>The same is done in the background, and told in the log, when the first export fails.
   */
  public CollectorCheck check() {
    return started.probe().check();
  }

  /**
   * As {@link #check()}, within the time given.
   *
   * @param timeout how long to wait at most
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CollectorCheck check(Duration timeout) {
    return started.probe().check(timeout);
  }

  /**
   * Delivers what is waiting, as far as the time allows, and stops. Whoever calls this while
   * another thread does waits for the same end and gets the same report.
   *
   * @param timeout how long to wait at most
   * @return what became of every span
   */
  public ShutdownReport shutdown(Duration timeout) {
    closing.lock();
    try {
      ShutdownReport done = report;
      if (done != null) {
        return done;
      }
      ProcessOpenTelemetry.INSTANCE.tracing().empty(view);
      long deadline = System.nanoTime() + timeout.toNanos();
      List<ExportReport> reports = new ArrayList<>();
      if (!timeout.isZero()) {
        started.hurryAll();
      }
      for (AccountedProcessor pipeline : started.pipelines()) {
        reports.add(pipeline.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
      }
      started
          .shutdownOthers()
          .join(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      // What a first failure was about is worth a moment; then its thread ends too.
      long left = Math.max(0, deadline - System.nanoTime());
      started.probe().close(Duration.ofNanos(Math.min(left, MAX_CHECK_WAIT_NANOS)));
      OpenPipelines.remove(started.pipelines());
      ShutdownHook added = hook;
      if (added != null) {
        added.remove();
      }
      done = ShutdownReport.of(reports);
      report = done;
      return done;
    } finally {
      closing.unlock();
    }
  }

  /** Delivers what is waiting and stops, within the shutdown timeout, 5 seconds by default. */
  @Override
  public void close() {
    shutdown(shutdownTimeout);
  }

  @Override
  public String toString() {
    return "Tracing{serviceName=" + serviceName + '}';
  }

  /** Spans from here, instruments from the process, and a place for what is dropped. */
  final class View implements OpenTelemetry, ProcessOpenTelemetry.Tracing, DroppedRequests.Owner {
    Tracing handle() {
      return Tracing.this;
    }

    @Override
    public String serviceName() {
      return serviceName;
    }

    @Override
    public TracerProvider getTracerProvider() {
      return tracerProvider();
    }

    @Override
    public TracerProvider tracerProvider() {
      return started.tracerProvider();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return ProcessOpenTelemetry.INSTANCE.getMeterProvider();
    }

    @Override
    public ContextPropagators getPropagators() {
      return propagators();
    }

    @Override
    public ContextPropagators propagators() {
      return started.propagators();
    }

    @Override
    public DroppedRequests droppedRequests() {
      return dropped;
    }

    @Override
    public @Nullable RequestSpans requestSpans() {
      return started.requestSpans();
    }
  }
}
