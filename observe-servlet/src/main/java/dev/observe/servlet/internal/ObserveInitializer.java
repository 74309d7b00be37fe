/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds an {@link ObserveFilter} to a web application that contains this jar. Containers find it by
 * its service file when they deploy a WAR. Its filter does nothing in an application that registers
 * a filter of observe itself, in {@code web.xml} or by a listener, and in one of Spring Boot.
 *
 * <p>{@code observe.auto=false}, as a context-param, system property or environment variable,
 * disables it.
 */
public final class ObserveInitializer implements ServletContainerInitializer {
  /** Not the class name, so that the application can add a filter of the same class. */
  private static final String FILTER = "dev.observe.auto";

  private static final Set<String> FILTERS =
      Set.of(
          ObserveFilter.class.getName(),
          TracingFilter.class.getName(),
          RequestMetricsFilter.class.getName());

  /** Creates the instance of the container. */
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
      add(application, new ObserveFilter(), FILTER);
    }
  }

  /**
   * Adds a filter before the others of an application, for all paths.
   *
   * @throws IllegalStateException if the application has started, or has a filter of this name
   */
  public static void add(ServletContext application, Filter filter, String name) {
    FilterRegistration.Dynamic registration = application.addFilter(name, filter);
    if (registration == null) {
      throw new IllegalStateException(
          "an application must have one "
              + filter.getClass().getSimpleName()
              + ", and this has it"
              + " already; drop the second addTo, or the entry in web.xml");
    }
    registration.setAsyncSupported(true);
    RequestEndListener.register(application);
    DispatchFilter.register(application);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }

  /**
   * Returns whether a filter is the one added here and the application has one itself, or Spring
   * Boot decides about it. Unknown before filters are initialised, because listeners and other
   * initializers add filters too.
   */
  public static boolean yields(FilterConfig config) {
    return config.getFilterName().equals(FILTER)
        && (SpringBoot.of(config.getServletContext()) != null
            || config.getServletContext().getFilterRegistrations().entrySet().stream()
                .anyMatch(other -> !other.getKey().equals(FILTER) && isOurs(other.getValue())));
  }

  private static boolean isOurs(FilterRegistration filter) {
    return FILTERS.contains(filter.getClassName());
  }
}
