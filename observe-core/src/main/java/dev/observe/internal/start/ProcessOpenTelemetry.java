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
 * The process-wide OpenTelemetry: a slot for a tracing handle and a slot for a metrics handle.
 * Closing a handle empties its slot.
 *
 * <p>{@link GlobalOpenTelemetry} can be set once in the life of a process. The handles behind this
 * object can change, so tests and redeployed applications each have their own.
 */
public final class ProcessOpenTelemetry implements OpenTelemetry, RequestSpans.Owner {
  public static final ProcessOpenTelemetry INSTANCE = new ProcessOpenTelemetry();

  private static final Logger LOGGER = System.getLogger(ProcessOpenTelemetry.class.getName());

  private final Slot<Tracing> tracing = new Slot<>("tracing", "Tracing");
  private final Slot<Occupant> metrics = new Slot<>("metrics", "Metrics");
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
  public Slot<Occupant> metrics() {
    return metrics;
  }

  private TracerProvider currentTracerProvider() {
    Tracing current = tracing.current();
    return current == null ? TracerProvider.noop() : current.getTracerProvider();
  }

  @Override
  public TracerProvider getTracerProvider() {
    return tracerProvider;
  }

  @Override
  public MeterProvider getMeterProvider() {
    Occupant current = metrics.current();
    return current == null ? MeterProvider.noop() : current.getMeterProvider();
  }

  @Override
  public ContextPropagators getPropagators() {
    Tracing current = tracing.current();
    return current == null ? ContextPropagators.noop() : current.getPropagators();
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

  /** A handle that fills a slot. */
  public interface Occupant extends OpenTelemetry {
    /** Returns the name for error messages. */
    String serviceName();
  }

  /** A tracing handle. */
  public interface Tracing extends Occupant, RequestSpans.Owner {}

  /**
   * Holds one started handle. Thread-safe.
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

    /**
     * Throws before the start if the slot is filled; {@link #fill} checks again.
     *
     * @throws IllegalStateException if another handle fills it
     */
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
              + "' has started it and not closed it; close that handle first, or start a second one"
              + " with "
              + type
              + ".builder(...).disableGlobal()");
    }
  }

  /** Runs once, at the first use of the class. */
  private static final class Registration {
    static final boolean DONE = register();

    private static boolean register() {
      try {
        // The oldest supported versions cannot answer whether it is set.
        GlobalOpenTelemetry.set(INSTANCE);
        return true;
      } catch (IllegalStateException e) {
        LOGGER.log(
            Level.INFO,
            "GlobalOpenTelemetry was set by another library before observe started, and is not"
                + " changed: its spans and instruments do not reach observe.");
        return false;
      }
    }
  }
}
