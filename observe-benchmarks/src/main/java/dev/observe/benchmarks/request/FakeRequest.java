/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.MappingMatch;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** The request, for jakarta filters. */
final class FakeRequest extends UnusedRequest implements HttpServletMapping {
  private final RequestData data;
  private final ServletContext context;

  FakeRequest(RequestData data, ServletContext context) {
    this.data = data;
    this.context = context;
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public String getRequestURI() {
    return data.uri;
  }

  @Override
  public StringBuffer getRequestURL() {
    return data.url;
  }

  @Override
  public String getQueryString() {
    return "page=2&size=20";
  }

  @Override
  public String getScheme() {
    return "http";
  }

  @Override
  public String getProtocol() {
    return "HTTP/1.1";
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public String getServerName() {
    return "shop.example.com";
  }

  @Override
  public int getServerPort() {
    return 8080;
  }

  @Override
  public String getRemoteAddr() {
    return "192.0.2.44";
  }

  @Override
  public String getRemoteHost() {
    return "192.0.2.44";
  }

  @Override
  public int getRemotePort() {
    return 51_234;
  }

  @Override
  public String getLocalAddr() {
    return "192.0.2.1";
  }

  @Override
  public int getLocalPort() {
    return 8080;
  }

  @Override
  public String getContextPath() {
    return RequestData.CONTEXT_PATH;
  }

  @Override
  public String getServletPath() {
    return data.servletPath;
  }

  @Override
  public String getPathInfo() {
    return "/1042";
  }

  @Override
  public @Nullable String getHeader(String name) {
    return data.header(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return data.headers(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return data.headerNames();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return data.attribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    data.attribute(name, value);
  }

  @Override
  public void removeAttribute(String name) {
    data.attribute(name, null);
  }

  @Override
  public boolean isAsyncStarted() {
    return false;
  }

  @Override
  public boolean isAsyncSupported() {
    return true;
  }

  @Override
  public DispatcherType getDispatcherType() {
    return DispatcherType.REQUEST;
  }

  @Override
  public ServletContext getServletContext() {
    return context;
  }

  @Override
  public HttpServletMapping getHttpServletMapping() {
    return this;
  }

  @Override
  public String getMatchValue() {
    return "1042";
  }

  @Override
  public String getPattern() {
    return data.pattern;
  }

  @Override
  public String getServletName() {
    return "orders";
  }

  @Override
  public MappingMatch getMappingMatch() {
    return MappingMatch.PATH;
  }
}
