/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/** The collectors that observe registers in each registry, and the kind of their histograms. */
public final class RegistryMetrics {
  /** Servers and clients share one, because a registry accepts its name once. */
  private static final PerRegistry<SeriesOverflow> OVERFLOW = new PerRegistry<>();

  /** The kind that the metrics handle of each registry has set. */
  private static final Map<PrometheusRegistry, HistogramKind> HISTOGRAMS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private RegistryMetrics() {}

  /** Sets the kind of the histograms that filters and clients create for a registry later. */
  public static void use(PrometheusRegistry registry, HistogramKind kind) {
    HISTOGRAMS.put(registry, kind);
  }

  /**
   * Returns the kind of a registry's histograms: the setting of the filter or client, else the kind
   * that {@link #use} set.
   */
  public static HistogramKind histograms(PrometheusRegistry registry, Settings settings) {
    HistogramKind used = HISTOGRAMS.get(registry);
    return used != null && settings.find(Setting.HISTOGRAMS) == null
        ? used
        : HistogramKind.of(settings);
  }

  /**
   * Returns a registry's collector of a kind; the first call creates and registers it, with the
   * count of overflowing series that all kinds share.
   *
   * @throws IllegalArgumentException if another collector has registered one of its names
   */
  public static <T extends MultiCollector> T acquire(
      PerRegistry<T> kind, PrometheusRegistry registry, Function<SeriesOverflow, T> maker) {
    SeriesOverflow overflow =
        OVERFLOW.acquire(registry, () -> new SeriesOverflow(System::nanoTime));
    try {
      return kind.acquire(registry, () -> maker.apply(overflow));
    } catch (IllegalArgumentException e) {
      OVERFLOW.release(registry);
      throw e;
    }
  }

  /** Unregisters a collector when each caller of {@link #acquire} has released it. */
  public static void release(PerRegistry<?> kind, PrometheusRegistry registry) {
    kind.release(registry);
    OVERFLOW.release(registry);
  }

  /**
   * Unregisters all collectors from a registry. Filters and clients that still record into them do
   * so without effect.
   */
  public static void unregister(PrometheusRegistry registry) {
    PerRegistry.removeAll(registry);
    HISTOGRAMS.remove(registry);
  }
}
