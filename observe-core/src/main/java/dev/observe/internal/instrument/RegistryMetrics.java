/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.NanoClock;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The collectors that observe registers in each registry, and the kind of their histograms. */
public final class RegistryMetrics {
  /** Servers and clients share one, because a registry accepts its name once. */
  private static final PerRegistry<SeriesOverflow> OVERFLOW = new PerRegistry<>();

  /** The metrics handle of each registry. */
  private static final Map<PrometheusRegistry, Handle> HANDLES =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * What is known about a metrics handle.
   *
   * @param histograms the kind of the histograms that filters and clients create
   * @param service the name of the service
   * @param page the address of the page, null while it is not served
   */
  public record Handle(HistogramKind histograms, String service, Supplier<@Nullable URI> page) {}

  private RegistryMetrics() {}

  /** Sets the handle of a registry. */
  public static void use(PrometheusRegistry registry, Handle handle) {
    HANDLES.put(registry, handle);
  }

  /** Returns the handle of a registry, or null if it is not of a handle. */
  public static @Nullable Handle handle(PrometheusRegistry registry) {
    return HANDLES.get(registry);
  }

  /**
   * Returns the kind of a registry's histograms: the setting of the filter or client, else the kind
   * that {@link #use} set.
   */
  public static HistogramKind histograms(PrometheusRegistry registry, Settings settings) {
    Handle handle = HANDLES.get(registry);
    return handle != null && settings.find(Setting.HISTOGRAMS) == null
        ? handle.histograms
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
        OVERFLOW.acquire(registry, () -> new SeriesOverflow(NanoClock.SYSTEM));
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
    HANDLES.remove(registry);
  }
}
