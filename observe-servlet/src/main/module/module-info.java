/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Filters and servlets that observe an application built on the Servlet API.
 *
 * <p>The Servlet API is in a module of another name with embedded Tomcat than with all others, so
 * both are static requirements: the application's container brings one of them. JAX-RS is optional,
 * and the module system refuses a provider whose service is absent: on the module path Jersey finds
 * {@code JaxRsRoutes} by its service file, as on the class path. Spring is optional too.
 */
module dev.observe.servlet {
  requires transitive dev.observe;
  requires io.prometheus.metrics.exporter.common;
  requires static jakarta.servlet;
  requires static jakarta.ws.rs;
  requires static org.apache.tomcat.embed.core;
  requires static org.jspecify;
  requires static spring.beans;
  requires static spring.boot;
  requires static spring.boot.autoconfigure;
  requires static spring.context;
  requires static spring.core;

  exports dev.observe.servlet;

  // Spring Boot creates its auto-configuration, and the beans of it, by reflection.
  opens dev.observe.servlet.internal.spring;

  provides jakarta.servlet.ServletContainerInitializer with
      dev.observe.servlet.internal.ObserveInitializer;
}
