/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.PathPattern;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of the auto-configuration for Spring Boot, in an attribute of its application.
 *
 * @param actuator the paths of the actuator, or null if its requests are measured
 * @param tracesObservations whether Micrometer makes spans of Spring's observations
 */
public record SpringBoot(@Nullable PathPattern actuator, boolean tracesObservations) {
  /** The request attribute of Spring's ServerHttpObservationFilter, for its observation. */
  static final String OBSERVATION =
      "org.springframework.web.filter.ServerHttpObservationFilter.context";

  private static final String ATTRIBUTE = "dev.observe.spring-boot";

  /** Adds the decisions to an application that is starting, before its filters start. */
  public void addTo(ServletContext application) {
    application.setAttribute(ATTRIBUTE, this);
    RequestEndListener.register(application);
  }

  /** Returns the decisions for an application, or null if Spring Boot did not start it. */
  static @Nullable SpringBoot of(ServletContext application) {
    return application.getAttribute(ATTRIBUTE) instanceof SpringBoot boot ? boot : null;
  }

  boolean isActuator(HttpServletRequest request) {
    return actuator != null && actuator.matches(ServletExchange.applicationPath(request));
  }
}
