/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.http.RequestSpans;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The process-wide OpenTelemetry: a slot for tracing and a slot for metrics, each empty until
 * somebody fills it and empty again when that is closed.
 *
 * <p>{@link GlobalOpenTelemetry} can be set once in the life of a process; what stands behind it
 * here can change, so tests and redeployed applications each get their own.
 */
final class ProcessOpenTelemetry implements OpenTelemetry, RequestSpans.Owner {
  static final ProcessOpenTelemetry INSTANCE = new ProcessOpenTelemetry();

  private static final Logger LOGGER = System.getLogger(ProcessOpenTelemetry.class.getName());

  final AtomicReference<@Nullable Tracing> tracing = new AtomicReference<>();
  final AtomicReference<@Nullable Metrics> metrics = new AtomicReference<>();
  private final ForwardingTracerProvider tracerProvider =
      new ForwardingTracerProvider(this::currentTracerProvider);

  private ProcessOpenTelemetry() {}

  /** Becomes the global instance unless there is one, which is then left alone and told of. */
  static boolean isGlobal() {
    return Registration.DONE;
  }

  void fill(Tracing filling) {
    Tracing holder = tracing.get();
    if (holder != null || !tracing.compareAndSet(null, filling)) {
      throw occupied("tracing", holder == null ? "another" : holder.serviceName(), "Tracing");
    }
    isGlobal();
  }

  void fill(Metrics filling) {
    Metrics holder = metrics.get();
    if (holder != null || !metrics.compareAndSet(null, filling)) {
      throw occupied("metrics", holder == null ? "another" : holder.serviceName(), "Metrics");
    }
    isGlobal();
  }

  /** Fails before anything is built; {@link #fill(Tracing)} still decides. */
  void requireFreeForTracing() {
    Tracing holder = tracing.get();
    if (holder != null) {
      throw occupied("tracing", holder.serviceName(), "Tracing");
    }
  }

  /** Fails before a port is bound; {@link #fill(Metrics)} still decides. */
  void requireFreeForMetrics() {
    Metrics holder = metrics.get();
    if (holder != null) {
      throw occupied("metrics", holder.serviceName(), "Metrics");
    }
  }

  private static IllegalStateException occupied(String what, String service, String type) {
    return new IllegalStateException(
        what
            + " must be started once in a process, but service '"
            + service
            + "' has started it and not closed it; close that one first, or build a second one"
            + " beside it with "
            + type
            + ".builder(...).disableGlobal()");
  }

  void empty(Tracing leaving) {
    tracing.compareAndSet(leaving, null);
  }

  void empty(Metrics leaving) {
    metrics.compareAndSet(leaving, null);
  }

  private TracerProvider currentTracerProvider() {
    Tracing current = tracing.get();
    return current == null ? TracerProvider.noop() : current.tracerProvider();
  }

  @Override
  public TracerProvider getTracerProvider() {
    return tracerProvider;
  }

  @Override
  public MeterProvider getMeterProvider() {
    Metrics current = metrics.get();
    return current == null ? MeterProvider.noop() : current.meterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    Tracing current = tracing.get();
    return current == null ? ContextPropagators.noop() : current.propagators();
  }

  @Override
  public @Nullable RequestSpans requestSpans() {
    Tracing current = tracing.get();
    return current == null ? null : current.requestSpans();
  }

  @Override
  public String toString() {
    return "ProcessOpenTelemetry{tracing=" + tracing.get() + ", metrics=" + metrics.get() + '}';
  }

  /** Happens once, when the class is first used. */
  private static final class Registration {
    static final boolean DONE = register();

    private static boolean register() {
      if (!GlobalOpenTelemetry.isSet()) {
        GlobalOpenTelemetry.set(INSTANCE);
        return true;
      }
      LOGGER.log(
          Level.INFO,
          "GlobalOpenTelemetry was set by another library before observe started, and stays as it"
              + " is: what is made through it does not reach observe.");
      return false;
    }
  }
}
