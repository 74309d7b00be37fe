/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.context.SpanScopes;
import dev.observe.internal.request.DroppedRequests;
import dev.observe.internal.request.SpanDestination;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SingleShutdown;
import dev.observe.internal.start.StartedTracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kotlin.internal.LowPriorityInOverloadResolution;
import org.jspecify.annotations.Nullable;

/**
 * The handle of started tracing. Closing it delivers the waiting spans.
 *
 * <pre>{@code
 * try (Tracing tracing = Observe.initTracing("shop")) {
 *   tracing.span("import catalog", () -> importCatalog());
 * }
 * }</pre>
 *
 * <p>All methods may be called by any thread, also after {@link #close()}; then spans are no longer
 * recorded. Timeouts may be of any length; zero and negative ones do not wait.
 *
 * @since 0.1
 */
public final class Tracing implements AutoCloseable {
  private final String serviceName;
  private final StartedTracing started;
  private final DroppedRequests dropped;
  private final Duration shutdownTimeout;
  private final View view = new View();
  private final SingleShutdown shutdown = new SingleShutdown();

  Tracing(
      String serviceName,
      StartedTracing started,
      DroppedRequests dropped,
      Duration shutdownTimeout) {
    this.serviceName = serviceName;
    this.started = started;
    this.dropped = dropped;
    this.shutdownTimeout = shutdownTimeout;
  }

  /**
   * Returns a builder for tracing with options.
   *
   * @param serviceName the name under which a backend shows the traces
   * @throws IllegalArgumentException if the name is blank
   */
  public static TracingBuilder builder(String serviceName) {
    return new TracingBuilder(serviceName);
  }

  /** Returns the name that the code passed at the start. */
  public String serviceName() {
    return serviceName;
  }

  /**
   * Returns the OpenTelemetry that creates spans. Its meters are those of the process-wide {@link
   * Metrics}, or without effect if none are started.
   */
  public OpenTelemetry openTelemetry() {
    return view;
  }

  /**
   * Returns the last slow or failed requests that the sampler dropped, oldest first. Filters that
   * trace with this handle record them.
   */
  public List<DroppedRequest> droppedRequests() {
    return dropped.entries();
  }

  /** Returns a tracer for the application's spans, named after the service. */
  public Tracer tracer() {
    return started.tracerProvider().get(serviceName);
  }

  /**
   * Runs the work in a new span, which is the parent of the work's spans. The span ends with the
   * work; an exception is recorded on it and passes through.
   *
   * @param name of low cardinality: the kind of work, without ids or names of users
   * @throws E if the work throws it
   */
  @LowPriorityInOverloadResolution
  public <E extends Exception> void span(String name, ThrowingRunnable<E> work) throws E {
    SpanScopes.run(tracer(), name, work);
  }

  /**
   * Runs the work in a new span, like {@link #span(String, ThrowingRunnable)}, and returns its
   * result.
   *
   * @param name of low cardinality: the kind of work, without ids or names of users
   * @throws E if the work throws it
   */
  @LowPriorityInOverloadResolution
  public <T extends @Nullable Object, E extends Exception> T span(
      String name, ThrowingSupplier<T, E> work) throws E {
    return SpanScopes.get(tracer(), name, work);
  }

  /**
   * Runs the work in a new span, like {@link #span(String, ThrowingSupplier)}. The lambdas of Java
   * use that method, those of Kotlin this one.
   *
   * @param name of low cardinality: the kind of work, without ids or names of users
   * @throws Exception if the work throws it
   */
  public <T extends @Nullable Object> T span(String name, Callable<T> work) throws Exception {
    ThrowingSupplier<T, Exception> supplier = work::call;
    return SpanScopes.get(tracer(), name, supplier);
  }

  /**
   * Delivers every span that has ended before this call.
   *
   * @param timeout the longest wait
   * @return whether all were acknowledged; spans of OpenTelemetry's Java agent do not count
   */
  public boolean flush(Duration timeout) {
    return started.flush(timeout);
  }

  /**
   * Sends a request without spans to the collector, and returns the problem and the setting to
   * change. Takes at most {@code otel.exporter.otlp.timeout}, 10 seconds by default.
   *
   * <p>The same check runs in the background, and its result is logged, when the first export
   * fails.
   */
  public CollectorCheck check() {
    return started.probe().check();
  }

  /**
   * Checks the collector like {@link #check()}, within the timeout.
   *
   * @param timeout the longest wait
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public CollectorCheck check(Duration timeout) {
    return started.probe().check(timeout);
  }

  /**
   * Delivers the waiting spans within the timeout, and stops. Concurrent and later calls wait for
   * the first one and return the same report.
   *
   * @param timeout the longest wait
   * @return the account of all spans
   */
  public ShutdownReport shutdown(Duration timeout) {
    return shutdown.run(
        () -> {
          ProcessOpenTelemetry.INSTANCE.tracing().empty(view);
          return started.shutdown(timeout);
        });
  }

  /** Delivers the waiting spans and stops, within the shutdown timeout, 5 seconds by default. */
  @Override
  public void close() {
    shutdown(shutdownTimeout);
  }

  @Override
  public String toString() {
    return "Tracing{serviceName=" + serviceName + '}';
  }

  View view() {
    return view;
  }

  void closeAtExit() {
    shutdown.atExit("observe-tracing-exit", this::close);
  }

  /** Spans of this handle, instruments of the process, and the dropped requests of this handle. */
  final class View implements ProcessOpenTelemetry.Tracing, DroppedRequests.Owner, SpanDestination {
    Tracing handle() {
      return Tracing.this;
    }

    @Override
    public String serviceName() {
      return serviceName;
    }

    @Override
    public TracerProvider getTracerProvider() {
      return started.tracerProvider();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return ProcessOpenTelemetry.INSTANCE.getMeterProvider();
    }

    @Override
    public ContextPropagators getPropagators() {
      return started.propagators();
    }

    @Override
    public String service() {
      return started.service();
    }

    @Override
    public String spanDestination() {
      return started.destination();
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
