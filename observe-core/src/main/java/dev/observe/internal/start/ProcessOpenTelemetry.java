/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.request.span.RequestSpans;
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
public final class ProcessOpenTelemetry implements OpenTelemetry, RequestSpans.Owner {
  public static final ProcessOpenTelemetry INSTANCE = new ProcessOpenTelemetry();

  private static final Logger LOGGER = System.getLogger(ProcessOpenTelemetry.class.getName());

  private final Slot<Tracing> tracing = new Slot<>("tracing", "Tracing");
  private final Slot<Metrics> metrics = new Slot<>("metrics", "Metrics");
  private final ForwardingTracerProvider tracerProvider =
      new ForwardingTracerProvider(this::currentTracerProvider);

  private ProcessOpenTelemetry() {}

  /** Registers the global instance unless one is set; an existing one stays and is logged. */
  static boolean isGlobal() {
    return Registration.DONE;
  }

  /** Returns the slot of the process's tracing. */
  public Slot<Tracing> tracing() {
    return tracing;
  }

  /** Returns the slot of the process's metrics. */
  public Slot<Metrics> metrics() {
    return metrics;
  }

  private TracerProvider currentTracerProvider() {
    Tracing current = tracing.current();
    return current == null ? TracerProvider.noop() : current.tracerProvider();
  }

  @Override
  public TracerProvider getTracerProvider() {
    return tracerProvider;
  }

  @Override
  public MeterProvider getMeterProvider() {
    Metrics current = metrics.current();
    return current == null ? MeterProvider.noop() : current.meterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    Tracing current = tracing.current();
    return current == null ? ContextPropagators.noop() : current.propagators();
  }

  @Override
  public @Nullable RequestSpans requestSpans() {
    Tracing current = tracing.current();
    return current == null ? null : current.requestSpans();
  }

  @Override
  public String toString() {
    return "ProcessOpenTelemetry{tracing="
        + tracing.current()
        + ", metrics="
        + metrics.current()
        + '}';
  }

  /** What the slots need to know of the handle that fills them. */
  public interface Occupant {
    /** Returns the name that an error message shows. */
    String serviceName();
  }

  /** Started tracing, as the process-wide OpenTelemetry uses it. */
  public interface Tracing extends Occupant, RequestSpans.Owner {
    /** Returns the provider that makes spans. */
    TracerProvider tracerProvider();

    /** Returns the propagators in force. */
    ContextPropagators propagators();
  }

  /** Started metrics, as the process-wide OpenTelemetry uses it. */
  public interface Metrics extends Occupant {
    /** Returns the provider that makes instruments. */
    MeterProvider meterProvider();
  }

  /**
   * A place for one started handle, empty again when it is closed. Safe for use by any number of
   * threads.
   *
   * @param <T> the kind of handle
   */
  public static final class Slot<T extends Occupant> {
    private final AtomicReference<@Nullable T> occupant = new AtomicReference<>();
    private final String signal;
    private final String type;

    private Slot(String signal, String type) {
      this.signal = signal;
      this.type = type;
    }

    /** Returns the handle that fills the slot, or null. */
    public @Nullable T current() {
      return occupant.get();
    }

    /** Fails before anything is built; {@link #fill} still decides. */
    public void requireFree() {
      T holder = occupant.get();
      if (holder != null) {
        throw occupied(holder.serviceName());
      }
    }

    /**
     * Fills the slot, and registers the process-wide OpenTelemetry with the first handle.
     *
     * @throws IllegalStateException if another handle fills it
     */
    public void fill(T filling) {
      T holder = occupant.get();
      if (holder != null || !occupant.compareAndSet(null, filling)) {
        throw occupied(holder == null ? "another" : holder.serviceName());
      }
      isGlobal();
    }

    /** Empties the slot if this handle fills it. */
    public void empty(T leaving) {
      occupant.compareAndSet(leaving, null);
    }

    private IllegalStateException occupied(String service) {
      return new IllegalStateException(
          signal
              + " must be started once in a process, but service '"
              + service
              + "' has started it and not closed it; close that one first, or build a second one"
              + " beside it with "
              + type
              + ".builder(...).disableGlobal()");
    }
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
