/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.config.Settings;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds an {@link ObserveFilter} to a web application that has this jar and no filter of observe's
 * yet. Containers find it by themselves when they deploy a WAR.
 *
 * <p>{@code observe.auto=false}, as a context-param, system property or environment variable, turns
 * it off.
 *
 * @since 0.1
 */
public final class ObserveInitializer implements ServletContainerInitializer {
  /** The setting that turns this off. */
  public static final String SETTING = "observe.auto";

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
    if (Settings.of(parameters).isOn(SETTING, true) && !isThere(application)) {
      new ObserveFilter().addTo(application);
    }
  }

  private static boolean isThere(ServletContext application) {
    for (FilterRegistration filter : application.getFilterRegistrations().values()) {
      if (FILTERS.contains(filter.getClassName())) {
        return true;
      }
    }
    return false;
  }
}
