/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.jvm.ClientJavaNames;
import dev.observe.internal.jvm.JvmMetrics;
import dev.observe.internal.jvm.SemconvJvmMetrics;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * By which names the JVM's figures go.
 *
 * @since 0.1
 */
public enum JvmNames {
  /**
   * Those of OpenTelemetry's semantic conventions (1.44.0, {@code jvm-metrics.md}), in Prometheus's
   * spelling. The default.
   */
  SEMCONV {
    @Override
    public JvmMetrics.Source source() {
      return new SemconvJvmMetrics();
    }
  },

  /** Those of Prometheus's Java client, for dashboards that know them. */
  CLIENT_JAVA {
    @Override
    public JvmMetrics.Source source() {
      try {
        return new ClientJavaNames();
      } catch (NoClassDefFoundError e) {
        throw new IllegalArgumentException(
            "observe.metrics.jvm (OBSERVE_METRICS_JVM) must be semconv or none while its jar is not"
                + " on the class path, was client_java; or add"
                + " io.prometheus:prometheus-metrics-instrumentation-jvm",
            e);
      }
    }
  },

  /** None at all. */
  NONE {
    @Override
    public JvmMetrics.Source source() {
      return new JvmMetrics.Source() {
        @Override
        public MetricSnapshots collect() {
          return MetricSnapshots.of();
        }

        @Override
        public void start() {}

        @Override
        public void close() {}
      };
    }
  };

  /** Returns the collector. */
  public abstract JvmMetrics.Source source();

  /** Returns the names that a setting may hold. */
  public static List<String> settings() {
    return Arrays.stream(values()).map(JvmNames::setting).toList();
  }

  /**
   * Returns the names that a value of the setting stands for.
   *
   * @throws IllegalArgumentException if it stands for none
   */
  public static JvmNames of(String setting) {
    return valueOf(setting.toUpperCase(Locale.ROOT));
  }

  /** Returns the value of the setting that stands for this. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT);
  }
}
