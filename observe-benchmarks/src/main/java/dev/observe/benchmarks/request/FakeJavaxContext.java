/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import javax.servlet.FilterConfig;
import javax.servlet.ServletContext;
import javax.servlet.ServletRegistration;
import org.jspecify.annotations.Nullable;

/** The servlet context and the filter configuration for javax filters. */
final class FakeJavaxContext extends UnusedJavaxContext implements FilterConfig {
  @Override
  public @Nullable Object getAttribute(String name) {
    return null;
  }

  @Override
  public Map<String, ? extends ServletRegistration> getServletRegistrations() {
    return Map.of();
  }

  @Override
  public String getContextPath() {
    return RequestData.CONTEXT_PATH;
  }

  @Override
  public @Nullable String getInitParameter(String name) {
    return null;
  }

  @Override
  public Enumeration<String> getInitParameterNames() {
    return Collections.emptyEnumeration();
  }

  @Override
  public String getFilterName() {
    return "measured";
  }

  @Override
  public ServletContext getServletContext() {
    return this;
  }
}
