/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.Timer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Creates the application's instruments by name, registers each once, and unregisters all at the
 * end. Safe for use by any number of threads.
 */
public final class Instruments {
  private final PrometheusRegistry registry;
  private final HistogramKind kind;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Map<String, Registered> all = new HashMap<>();

  private boolean closed;

  private record Registered(Class<?> type, Object instrument, Collector collector) {}

  /** The supplier of a gauge's value; the last call of {@link #gauge} replaces it. */
  private static final class GaugeCallback {
    private volatile DoubleSupplier value;

    GaugeCallback(DoubleSupplier value) {
      this.value = value;
    }
  }

  public Instruments(PrometheusRegistry registry, HistogramKind kind, LongSupplier nanoClock) {
    this.registry = registry;
    this.kind = kind;
    this.nanoClock = nanoClock;
  }

  public Timer timer(String name) {
    String base = base(name, "_seconds");
    return find(
        base + "_seconds",
        Timer.class,
        () -> {
          TimerHistogram timer = new TimerHistogram(base, kind, nanoClock);
          return new Registered(Timer.class, timer, timer);
        });
  }

  public Counter counter(String name) {
    String base = base(name, "_total");
    return find(
        base,
        Counter.class,
        () -> {
          Counter counter = Counter.builder().name(base).help("Count of " + base + '.').build();
          return new Registered(Counter.class, counter, counter);
        });
  }

  public Gauge gauge(String name) {
    String base = base(name, "");
    return find(
        base,
        Gauge.class,
        () -> {
          Gauge gauge = Gauge.builder().name(base).help("Value of " + base + '.').build();
          return new Registered(Gauge.class, gauge, gauge);
        });
  }

  public void gauge(String name, DoubleSupplier value) {
    String base = base(name, "");
    GaugeCallback callback =
        find(
            base,
            GaugeCallback.class,
            () -> {
              GaugeCallback made = new GaugeCallback(value);
              GaugeWithCallback gauge =
                  GaugeWithCallback.builder()
                      .name(base)
                      .help("Value of " + base + '.')
                      .callback(point -> point.call(made.value.getAsDouble()))
                      .build();
              return new Registered(GaugeCallback.class, made, gauge);
            });
    callback.value = value;
  }

  private static String base(String name, String suffix) {
    String base = name.replace('.', '_').replace('-', '_');
    if (!base.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
      throw new IllegalArgumentException(
          "name must begin with a letter and contain only letters, digits, '_', '.' and '-', was '"
              + name
              + "'");
    }
    return !suffix.isEmpty() && base.endsWith(suffix) && base.length() > suffix.length()
        ? base.substring(0, base.length() - suffix.length())
        : base;
  }

  private <T> T find(String key, Class<T> type, Supplier<Registered> maker) {
    lock.lock();
    try {
      Registered made = all.get(key);
      if (made == null) {
        made = maker.get();
        // After the end an instrument works, but no page shows it.
        if (!closed) {
          register(key, made.collector);
          all.put(key, made);
        }
      }
      if (made.type != type) {
        throw new IllegalArgumentException(
            "name must belong to one instrument, was '"
                + key
                + "', which is the name of a "
                + made.type.getSimpleName()
                + "; choose another name");
      }
      return type.cast(made.instrument);
    } finally {
      lock.unlock();
    }
  }

  private void register(String key, Collector collector) {
    try {
      registry.register(collector);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // Before 1.5 the registry throws the second one.
      throw new IllegalArgumentException(
          "name must be free in the registry, was '"
              + key
              + "' ("
              + e.getMessage()
              + "); choose another name, or use the metric that is registered there",
          e);
    }
  }

  /** Unregisters all instruments; they still record, but no page shows them. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      all.values().forEach(made -> registry.unregister(made.collector));
      all.clear();
    } finally {
      lock.unlock();
    }
  }
}
