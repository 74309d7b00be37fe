/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Filters and servlets that observe an application built on the Servlet API.
 *
 * <p>The Servlet API is a static requirement, as the module that has it differs: {@code
 * jakarta.servlet} with Jetty and Undertow; embedded Tomcat has it in a module of its own name, to
 * which {@code --add-reads dev.observe.servlet=org.apache.tomcat.embed.core} adds the reading. For
 * the same reason no service is declared here: the module system refuses a provider of a service
 * whose module is absent. On the module path an application adds its filter itself, and registers
 * {@link dev.observe.servlet.JaxRsRoutes} where it uses JAX-RS; on the class path and in a WAR both
 * are found by their service files.
 */
module dev.observe.servlet {
  requires transitive dev.observe;
  requires io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires io.prometheus.metrics.exporter.common;
  requires io.prometheus.metrics.model;
  requires static transitive jakarta.servlet;
  requires static jakarta.ws.rs;
  requires static transitive org.jspecify;

  exports dev.observe.servlet;
}
