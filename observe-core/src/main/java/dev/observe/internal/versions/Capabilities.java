/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.versions;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The APIs of newer versions that the class path has, found out once. A class that uses one is
 * loaded only where this class has reported it.
 */
public final class Capabilities {
  /** The first version for which {@link #otlpSenders} holds. */
  public static final String SENDERS_SINCE = "1.62.0";

  /** The first version for which {@link #metricData} holds. */
  public static final String METRIC_DATA_SINCE = "1.50.0";

  private static final String SENDERS = "io.opentelemetry.sdk.common.export.";

  static {
    // The module io.opentelemetry.common is optional, so build tools leave it on the class path.
    Module ours = Capabilities.class.getModule();
    ClassLoader loader = Capabilities.class.getClassLoader();
    if (loader != null) {
      ours.addReads(loader.getUnnamedModule());
    }
  }

  private static final boolean OTLP_SENDERS =
      has("io.opentelemetry.common.ComponentLoader", "load")
          && has("io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties", "getComponentLoader")
          // The package came whole, in 1.59.0.
          && has(SENDERS + "HttpSenderProvider")
          && has(SENDERS + "GrpcSenderProvider");

  private static final boolean ESCAPING =
      has("io.prometheus.metrics.config.EscapingScheme", "fromAcceptHeader")
          && has("io.prometheus.metrics.expositionformats.TextFormatUtil", "mergeDuplicates");

  /** CVE-2026-45292. */
  private static final boolean BAGGAGE_LIMITS =
      Library.isAtLeast(
          Library.read("io/opentelemetry/api/version.properties", "sdk.version"), "1.62.0");

  private Capabilities() {}

  /** Returns whether OTLP exporters take a sender, which sees the collector's full answer. */
  public static boolean otlpSenders() {
    return OTLP_SENDERS;
  }

  /** Returns whether the client's writers escape names as the scraper requests. */
  public static boolean escaping() {
    return ESCAPING;
  }

  /** Returns whether several metrics of a page may have one name, with different labels. */
  public static boolean sharedNames() {
    return ESCAPING;
  }

  /** Returns whether metrics can be given to the SDK, which then pushes them. */
  public static boolean metricData() {
    return MetricData.FOUND;
  }

  /** Returns whether a log record has a field for the name of its event. */
  public static boolean logEventNames() {
    return LogEvents.FOUND;
  }

  /** Returns whether OpenTelemetry limits the entries of the baggage that it reads. */
  public static boolean baggageLimits() {
    return BAGGAGE_LIMITS;
  }

  /**
   * Returns whether a type exists and has some methods. Looking for methods loads the types of all
   * methods; without any to look for, only the type itself is loaded.
   */
  private static boolean has(String type, String... methods) {
    try {
      Class<?> found = Class.forName(type, false, Capabilities.class.getClassLoader());
      if (methods.length == 0) {
        return true;
      }
      Set<String> names = new HashSet<>();
      for (Method method : found.getMethods()) {
        names.add(method.getName());
      }
      return names.containsAll(List.of(methods));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** A class of its own, because a start does not need the classes that it loads. */
  private static final class MetricData {
    static final boolean FOUND =
        has("io.opentelemetry.sdk.metrics.data.HistogramPointData", "create");
  }

  /** A class of its own for the same reason. */
  private static final class LogEvents {
    static final boolean FOUND = has("io.opentelemetry.api.logs.LogRecordBuilder", "setEventName");
  }
}
