/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.instrument.DurationBuckets;
import io.opentelemetry.api.common.AttributeKey;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may be known of a request beside its duration, and costs too much to be known unasked: the
 * response is wrapped for it, or the operating system is asked.
 *
 * <p>The conventions have the two sizes; the others are named as they would be named there.
 */
// Nobody writes into an array of bounds, and a unit and a key have nothing to change.
@SuppressWarnings("ImmutableEnumChecker")
public enum RequestMeasurement {
  /** What the application read. */
  REQUEST_BODY_SIZE(
      "request-body-size",
      "http.request.body.size",
      "http_server_request_body_size_bytes",
      "Size of HTTP server request bodies, as read by the application.",
      Unit.BYTES,
      Buckets.BODY_BYTES),
  /** What the application wrote. */
  RESPONSE_BODY_SIZE(
      "response-body-size",
      "http.response.body.size",
      "http_server_response_body_size_bytes",
      "Size of HTTP server response bodies, as written by the application.",
      Unit.BYTES,
      Buckets.BODY_BYTES),
  /** How long the client waited for anything. */
  TIME_TO_FIRST_BYTE(
      "time-to-first-byte",
      "observe.http.server.time_to_first_byte",
      "observe_http_server_time_to_first_byte_seconds",
      "Time until the first byte of an HTTP server response was sent.",
      Unit.SECONDS,
      DurationBuckets.seconds()),
  /** What the request cost in processor time. */
  CPU_TIME(
      "cpu-time",
      "observe.http.server.cpu_time",
      "observe_http_server_cpu_time_seconds",
      "CPU time of the threads that served an HTTP server request, while they did.",
      Unit.SECONDS,
      Buckets.CPU_SECONDS),
  /** What the request left for the garbage collector. */
  ALLOCATED_MEMORY(
      "allocated-memory",
      "observe.http.server.allocated_memory",
      "observe_http_server_allocated_memory_bytes",
      "Heap allocated by the threads that served an HTTP server request, while they did.",
      Unit.BYTES,
      Buckets.HEAP_BYTES);

  final String settingName;

  /** The attribute's key where the figure is a number of bytes. */
  public final AttributeKey<Long> longKey;

  /** The attribute's key where the figure is a time, in seconds as in the conventions. */
  public final AttributeKey<Double> doubleKey;

  public final String metric;
  public final String help;
  public final Unit unit;
  public final double[] upperBounds;

  RequestMeasurement(
      String settingName,
      String attribute,
      String metric,
      String help,
      Unit unit,
      double... upperBounds) {
    this.settingName = settingName;
    this.longKey = AttributeKey.longKey(attribute);
    this.doubleKey = AttributeKey.doubleKey(attribute);
    this.metric = metric;
    this.help = help;
    this.unit = unit;
    this.upperBounds = upperBounds;
  }

  /** Returns whether this is a time. */
  public boolean isTime() {
    return unit.equals(Unit.SECONDS);
  }

  /** Returns what a measured value is in the figure's unit: times are measured in nanoseconds. */
  public double inUnit(long measured) {
    return isTime() ? measured / 1e9 : measured;
  }

  /**
   * Returns the figures that are chosen; none by default.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public static Set<RequestMeasurement> from(Settings settings) {
    Set<RequestMeasurement> chosen = EnumSet.noneOf(RequestMeasurement.class);
    for (String name : settings.get(Setting.MEASURE)) {
      RequestMeasurement found = null;
      for (RequestMeasurement figure : values()) {
        if (figure.settingName.equals(name)) {
          found = figure;
        }
      }
      SettingValue setting = settings.find(Setting.MEASURE);
      if (found == null && setting != null) {
        String names =
            Arrays.stream(values())
                .map(figure -> figure.settingName)
                .collect(Collectors.joining(", "));
        throw setting.error("must be a list of any of " + names, "by default none is measured");
      }
      if (found != null) {
        chosen.add(found);
      }
    }
    return chosen;
  }

  /** Steps of four, so that a page has few more lines for ten powers of two. */
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
