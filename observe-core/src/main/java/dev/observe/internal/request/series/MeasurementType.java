/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.RequestMeasurement;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.instrument.DurationBuckets;
import dev.observe.internal.instrument.PerRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The setting name, attribute and metric of each {@link RequestMeasurement}.
 *
 * <p>The semantic conventions define the two sizes; the other names follow their pattern.
 */
// No code writes into an array of bounds, and units and keys are immutable.
@SuppressWarnings("ImmutableEnumChecker")
enum MeasurementType {
  REQUEST_BODY_SIZE(
      RequestMeasurement.REQUEST_BODY_SIZE,
      "http.request.body.size",
      "http_server_request_body_size_bytes",
      "Size of HTTP server request bodies, as read by the application.",
      Unit.BYTES,
      Buckets.BODY_BYTES),
  RESPONSE_BODY_SIZE(
      RequestMeasurement.RESPONSE_BODY_SIZE,
      "http.response.body.size",
      "http_server_response_body_size_bytes",
      "Size of HTTP server response bodies, as written by the application.",
      Unit.BYTES,
      Buckets.BODY_BYTES),
  TIME_TO_FIRST_BYTE(
      RequestMeasurement.TIME_TO_FIRST_BYTE,
      "observe.http.server.time_to_first_byte",
      "observe_http_server_time_to_first_byte_seconds",
      "Time until the first byte of an HTTP server response was sent.",
      Unit.SECONDS,
      DurationBuckets.seconds()),
  CPU_TIME(
      RequestMeasurement.CPU_TIME,
      "observe.http.server.cpu_time",
      "observe_http_server_cpu_time_seconds",
      "CPU time of the threads that served an HTTP server request, while they did.",
      Unit.SECONDS,
      Buckets.CPU_SECONDS),
  ALLOCATED_MEMORY(
      RequestMeasurement.ALLOCATED_MEMORY,
      "observe.http.server.allocated_memory",
      "observe_http_server_allocated_memory_bytes",
      "Heap allocated by the threads that served an HTTP server request, while they did.",
      Unit.BYTES,
      Buckets.HEAP_BYTES);

  final String settingName;

  /** The attribute's key if the measurement is a number of bytes. */
  final AttributeKey<Long> longKey;

  /** The attribute's key if the measurement is a time, in seconds as the conventions require. */
  final AttributeKey<Double> doubleKey;

  final String metric;
  final String help;
  final Unit unit;
  final double[] upperBounds;
  final PerRegistry<MeasurementHistogram> registries = new PerRegistry<>();

  MeasurementType(
      RequestMeasurement measurement,
      String attribute,
      String metric,
      String help,
      Unit unit,
      double... upperBounds) {
    this.settingName = measurement.name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.longKey = AttributeKey.longKey(attribute);
    this.doubleKey = AttributeKey.doubleKey(attribute);
    this.metric = metric;
    this.help = help;
    this.unit = unit;
    this.upperBounds = upperBounds;
  }

  boolean isTime() {
    return unit.equals(Unit.SECONDS);
  }

  /** Converts a measured value to the unit; times are measured in nanoseconds. */
  double inUnit(long measured) {
    return isTime() ? measured / 1e9 : measured;
  }

  /**
   * Returns the measurements that the setting lists; none by default.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  static Set<MeasurementType> from(Settings settings) {
    Set<MeasurementType> chosen = EnumSet.noneOf(MeasurementType.class);
    for (String name : settings.get(Setting.MEASURE)) {
      MeasurementType found = null;
      for (MeasurementType type : values()) {
        if (type.settingName.equals(name)) {
          found = type;
        }
      }
      SettingValue setting = settings.find(Setting.MEASURE);
      if (found == null && setting != null) {
        String names =
            Arrays.stream(values()).map(type -> type.settingName).collect(Collectors.joining(", "));
        throw setting.error("must be a list of any of " + names, "by default none is measured");
      }
      if (found != null) {
        chosen.add(found);
      }
    }
    return chosen;
  }

  /** Bounds in steps of four, to keep the page short over ten powers of two. */
  private static final class Buckets {
    static final double[] BODY_BYTES = {
      0, 256, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26,
      1 << 28, 1 << 30
    };
    static final double[] HEAP_BYTES = {
      1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28,
      1 << 30
    };
    static final double[] CPU_SECONDS = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
      10
    };
  }
}
