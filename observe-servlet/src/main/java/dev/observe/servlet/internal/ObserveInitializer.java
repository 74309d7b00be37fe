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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

  /** The attribute of an application in which the container has called the initializer. */
  private static final String CALLED = "dev.observe.initializer";

  private static final Logger LOGGER = System.getLogger(ObserveInitializer.class.getName());

  /** Creates the instance of the container. */
  public ObserveInitializer() {}

  /**
   * Called by the container when an application starts.
   *
   * @throws IllegalArgumentException if {@code observe.auto} is neither true nor false
   */
  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext application) {
    application.setAttribute(CALLED, true);
    if (isAuto(application)) {
      add(application, new ObserveFilter(), FILTER);
    }
  }

  private static boolean isAuto(ServletContext application) {
    Map<String, String> parameters = new HashMap<>();
    for (String name : Collections.list(application.getInitParameterNames())) {
      parameters.put(name, application.getInitParameter(name));
    }
    return Settings.of(parameters).get(Setting.AUTO);
  }

  /**
   * Logs a warning if an {@code <absolute-ordering>} has kept the container from the initializer,
   * so that requests are not measured. Called by a servlet of the application, when all filters are
   * known.
   */
  public static void warnIfLeftOut(ServletContext application) {
    if (application.getAttribute(ServletContext.ORDERED_LIBS) != null
        && application.getAttribute(CALLED) == null
        && application.getFilterRegistrations().values().stream()
            .noneMatch(ObserveInitializer::isOurs)
        && isAuto(application)) {
      LOGGER.log(
          Level.WARNING,
          "Requests of ''{0}'' are not measured: <absolute-ordering> in its web.xml leaves out the"
              + " jar of observe. Add <name>dev_observe</name> or <others/> to it, or the filter"
              + " {1} to web.xml; observe.auto=false turns off this warning.",
          application.getContextPath(),
          ObserveFilter.class.getName());
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

  /** Returns how many filters of observe start in an application whose filters are registered. */
  static int filters(ServletContext application) {
    long own =
        application.getFilterRegistrations().entrySet().stream()
            .filter(each -> !each.getKey().equals(FILTER) && isOurs(each.getValue()))
            .count();
    // The automatic one yields to any of them.
    return (int) Math.max(1, own);
  }

  private static boolean isOurs(FilterRegistration filter) {
    // Embedded Tomcat has no class name for an instance.
    String type = filter.getClassName();
    return type != null && FILTERS.contains(type);
  }
}
