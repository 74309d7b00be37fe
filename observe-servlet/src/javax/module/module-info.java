/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The jar with the classifier {@code javax}, for whose Servlet API there are several modules.
 */
module dev.observe.servlet {
  requires transitive dev.observe;
  requires io.prometheus.metrics.exporter.common;
  requires static java.servlet;
  requires static java.ws.rs;
  requires static javax.servlet.api;
  requires static jetty.servlet.api;
  requires static org.apache.tomcat.embed.core;
  requires static org.jspecify;

  exports dev.observe.servlet;

  provides javax.servlet.ServletContainerInitializer with
      dev.observe.servlet.internal.ObserveInitializer;
}
