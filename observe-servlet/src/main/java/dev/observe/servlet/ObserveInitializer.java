/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds an {@link ObserveFilter} to a web application that has this jar. Containers find it by
 * themselves when they deploy a WAR. Where the application has a filter of observe's of its own, in
 * {@code web.xml} or added by a listener, the one added here does nothing.
 *
 * <p>{@code observe.auto=false}, as a context-param, system property or environment variable, turns
 * it off.
 *
 * @since 0.1
 */
public final class ObserveInitializer implements ServletContainerInitializer {
  /** A name of its own: the application may add a filter of the same class. */
  private static final String FILTER = "dev.observe.auto";

  private static final Set<String> FILTERS =
      Set.of(
          ObserveFilter.class.getName(),
          TracingFilter.class.getName(),
          RequestMetricsFilter.class.getName());

  /** For the container. */
  public ObserveInitializer() {}

  /**
   * Called by the container when an application starts.
   *
   * @throws IllegalArgumentException if {@code observe.auto} is neither true nor false
   */
  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext application) {
    Map<String, String> parameters = new HashMap<>();
    for (String name : Collections.list(application.getInitParameterNames())) {
      parameters.put(name, application.getInitParameter(name));
    }
    if (Settings.of(parameters).get(Setting.AUTO)) {
      new ObserveFilter().addTo(application, FILTER);
    }
  }

  /**
   * Whether a filter is the one added here and has nothing to do beside the application's own. Not
   * known before it is initialised, as listeners and other initializers add filters too.
   */
  static boolean yields(FilterConfig config) {
    return config.getFilterName().equals(FILTER)
        && config.getServletContext().getFilterRegistrations().entrySet().stream()
            .anyMatch(other -> !other.getKey().equals(FILTER) && isOurs(other.getValue()));
  }

  private static boolean isOurs(FilterRegistration filter) {
    return FILTERS.contains(filter.getClassName());
  }
}
