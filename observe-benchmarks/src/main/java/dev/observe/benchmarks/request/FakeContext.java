/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.EventListener;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servlet context and the filter configuration for jakarta filters. */
final class FakeContext extends UnusedContext implements FilterConfig {
  private final Map<String, @Nullable Object> attributes = new HashMap<>();

  @Override
  public @Nullable Object getAttribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    attributes.put(name, value);
  }

  @Override
  public ClassLoader getClassLoader() {
    return FakeContext.class.getClassLoader();
  }

  @Override
  public Map<String, ? extends ServletRegistration> getServletRegistrations() {
    return Map.of();
  }

  @Override
  public Map<String, ? extends FilterRegistration> getFilterRegistrations() {
    return Map.of();
  }

  @Override
  public <T extends EventListener> void addListener(T listener) {}

  @Override
  public int getMajorVersion() {
    return 6;
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

  @Override
  public void log(String message) {}
}
