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
 * The instruments that an application asks for by name: made once, found again, and taken off the
 * registry at the end.
 */
public final class Instruments {
  private final PrometheusRegistry registry;
  private final HistogramKind kind;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Map<String, Made> all = new HashMap<>();

  private boolean closed;

  private record Made(Collector collector, Object instrument) {}

  /** A gauge that asks somebody, of whom the last one counts. */
  private static final class Asking {
    private volatile DoubleSupplier value;

    Asking(DoubleSupplier value) {
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
          TimerHistogram histogram = new TimerHistogram(base, kind);
          return new Made(histogram, new Timer(histogram, nanoClock));
        });
  }

  public Counter counter(String name) {
    String base = base(name, "_total");
    return find(
        base,
        Counter.class,
        () -> {
          Counter counter = Counter.builder().name(base).help("Count of " + base + '.').build();
          return new Made(counter, counter);
        });
  }

  public Gauge gauge(String name) {
    String base = base(name, "");
    return find(
        base,
        Gauge.class,
        () -> {
          Gauge gauge = Gauge.builder().name(base).help("Value of " + base + '.').build();
          return new Made(gauge, gauge);
        });
  }

  public void gauge(String name, DoubleSupplier value) {
    String base = base(name, "");
    Asking asking =
        find(
            base,
            Asking.class,
            () -> {
              Asking made = new Asking(value);
              GaugeWithCallback gauge =
                  GaugeWithCallback.builder()
                      .name(base)
                      .help("Value of " + base + '.')
                      .callback(callback -> callback.call(made.value.getAsDouble()))
                      .build();
              return new Made(gauge, made);
            });
    asking.value = value;
  }

  private static String base(String name, String suffix) {
    String base = name.replace('.', '_').replace('-', '_');
    if (!base.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
      throw new IllegalArgumentException(
          "name must begin with a letter and have letters, digits, '_', '.' and '-' only, was '"
              + name
              + "'");
    }
    return !suffix.isEmpty() && base.endsWith(suffix) && base.length() > suffix.length()
        ? base.substring(0, base.length() - suffix.length())
        : base;
  }

  private <T> T find(String key, Class<T> type, Supplier<Made> maker) {
    lock.lock();
    try {
      Made made = all.get(key);
      if (made == null) {
        made = maker.get();
        // After the end it still takes what it is given, where nobody sees it.
        if (!closed) {
          register(key, made.collector);
          all.put(key, made);
        }
      }
      if (!type.isInstance(made.instrument)) {
        throw new IllegalArgumentException(
            "name must be that of one instrument, was '"
                + key
                + "', which "
                + made.instrument.getClass().getSimpleName()
                + " has; choose another name");
      }
      return type.cast(made.instrument);
    } finally {
      lock.unlock();
    }
  }

  private void register(String key, Collector collector) {
    try {
      registry.register(collector);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "name must be free in the registry, was '"
              + key
              + "' ("
              + e.getMessage()
              + "); choose another name, or use the metric that is registered there",
          e);
    }
  }

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
