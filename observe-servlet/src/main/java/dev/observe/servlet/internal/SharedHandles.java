/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.servlet.MetricsServlet;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handles of filters that were created without arguments, by {@code web.xml} or automatically:
 * those that the application started, or else handles that are started here, once for each
 * application, and closed with the last of its filters.
 */
public final class SharedHandles implements AutoCloseable {
  private static final String ATTRIBUTE = "dev.observe.handles";
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** Started here for one application; other applications that share this class do not use them. */
  private static final Set<Object> STARTED_HERE = ConcurrentHashMap.newKeySet();

  private final ServletContext application;
  private final Map<String, String> parameters = new HashMap<>();
  private final Settings outside = Settings.of(Map.of());
  private @Nullable Tracing startedTracing;
  private @Nullable Metrics startedMetrics;
  private int users;

  private SharedHandles(ServletContext application) {
    this.application = application;
    for (String name : Collections.list(application.getInitParameterNames())) {
      put(name, application.getInitParameter(name));
    }
  }

  /** Returns the application's handles; the filter's parameters override the application's. */
  public static SharedHandles acquire(FilterConfig config) {
    ServletContext application = config.getServletContext();
    LOCK.lock();
    try {
      SharedHandles handles =
          application.getAttribute(ATTRIBUTE) instanceof SharedHandles known
              ? known
              : new SharedHandles(application);
      for (String name : Collections.list(config.getInitParameterNames())) {
        handles.put(name, config.getInitParameter(name));
      }
      application.setAttribute(ATTRIBUTE, handles);
      handles.users++;
      return handles;
    } finally {
      LOCK.unlock();
    }
  }

  /** Keeps a parameter if it is a setting of observe or OpenTelemetry. */
  private void put(String name, @Nullable String value) {
    if (value != null && (name.startsWith("otel.") || name.startsWith("observe."))) {
      parameters.put(name, value);
    }
  }

  private String serviceName() {
    String named = parameters.get(Setting.SERVICE_NAME.name());
    if (named != null && !named.isBlank()) {
      return named;
    }
    String displayName = application.getServletContextName();
    if (displayName != null && !displayName.isBlank()) {
      return displayName;
    }
    String path = application.getContextPath();
    return path.length() > 1 ? path.substring(1) : "servlet";
  }

  /** Returns the settings, with the parameters as those of the code. */
  public Settings settings() {
    return outside.withCode(parameters);
  }

  public OpenTelemetry openTelemetry() {
    LOCK.lock();
    try {
      Tracing own = startedTracing;
      if (own == null) {
        Optional<Tracing> current = ofApplication(Observe.currentTracing());
        if (current.isPresent()) {
          return current.get().openTelemetry();
        }
        TracingBuilder builder = Tracing.builder(serviceName());
        parameters.forEach(builder::property);
        own = start(builder);
        startedTracing = own;
      }
      return own.openTelemetry();
    } finally {
      LOCK.unlock();
    }
  }

  public PrometheusRegistry registry() {
    LOCK.lock();
    try {
      Metrics own = startedMetrics;
      if (own == null) {
        Optional<Metrics> current = ofApplication(Observe.currentMetrics());
        if (current.isPresent()) {
          return current.get().registry();
        }
        MetricsBuilder builder = Metrics.builder(serviceName()).ignorePortInUse();
        parameters.forEach(builder::property);
        own = start(builder);
        startedMetrics = own;
        application.setAttribute(MetricsServlet.ATTRIBUTE, own);
      }
      return own.registry();
    } finally {
      LOCK.unlock();
    }
  }

  @Override
  public void close() {
    Tracing tracing;
    Metrics metrics;
    LOCK.lock();
    try {
      if (--users > 0) {
        return;
      }
      tracing = startedTracing;
      metrics = startedMetrics;
      application.removeAttribute(ATTRIBUTE);
      application.removeAttribute(MetricsServlet.ATTRIBUTE);
    } finally {
      LOCK.unlock();
    }
    close(tracing, metrics);
  }

  /** Returns the current handle of the process unless it was started here. */
  public static <T> Optional<T> ofApplication(Optional<T> current) {
    return current.filter(handle -> !STARTED_HERE.contains(handle));
  }

  /** Starts tracing for one application, and for the process if that has none. */
  public static Tracing start(TracingBuilder builder) {
    LOCK.lock();
    try {
      Tracing started =
          (Observe.currentTracing().isPresent() ? builder.disableGlobal() : builder).start();
      STARTED_HERE.add(started);
      return started;
    } finally {
      LOCK.unlock();
    }
  }

  /** Starts metrics for one application, and for the process if that has none. */
  public static Metrics start(MetricsBuilder builder) {
    LOCK.lock();
    try {
      Metrics started =
          (Observe.currentMetrics().isPresent() ? builder.disableGlobal() : builder).start();
      STARTED_HERE.add(started);
      return started;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Closes handles that were started here. The caller must not hold the lock, because the export of
   * queued spans takes seconds in which other applications may start. Those must not use these
   * handles, so they are forgotten last.
   */
  public static void close(@Nullable Tracing tracing, @Nullable Metrics metrics) {
    try (metrics;
        tracing) {
      // Tracing is closed first, because the metrics page shows the result.
    } finally {
      forget(tracing);
      forget(metrics);
    }
  }

  private static void forget(@Nullable Object handle) {
    if (handle != null) {
      STARTED_HERE.remove(handle);
    }
  }
}
