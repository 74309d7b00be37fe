/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The application that a test deploys in any container; all of it supports async requests. */
final class App {
  /** A servlet and its mappings. */
  record ServletEntry(String name, Servlet servlet, List<String> patterns) {}

  /** A filter and its mapping. */
  record FilterEntry(String name, Filter filter, String pattern, Set<DispatcherType> types) {}

  final String contextPath;
  final List<ServletEntry> servlets = new ArrayList<>();
  final List<FilterEntry> filters = new ArrayList<>();
  Consumer<ServletContext> onStart = context -> {};
  final Map<Integer, String> statusPages = new LinkedHashMap<>();
  final Map<Class<? extends Throwable>, String> exceptionPages = new LinkedHashMap<>();

  /** Sets the maximum size of a request head. */
  int headBytes = 8 * 1024;

  boolean ownBuffers;

  private App(String contextPath) {
    this.contextPath = contextPath;
  }

  static App at(String contextPath) {
    return new App(contextPath);
  }

  App servlet(String name, Servlet servlet, String... patterns) {
    servlets.add(new ServletEntry(name, servlet, List.of(patterns)));
    return this;
  }

  App filter(String name, Filter filter, String pattern, Set<DispatcherType> types) {
    filters.add(new FilterEntry(name, filter, pattern, types));
    return this;
  }

  /** Sets the action of a {@code ServletContainerInitializer}. */
  App onStart(Consumer<ServletContext> action) {
    onStart = action;
    return this;
  }

  App headBytes(int size) {
    headBytes = size;
    return this;
  }

  /**
   * Disables Jetty's buffer pool. With the pool, a few of a million responses are missing, also in
   * a Jetty without filters and servlets, which a test that counts responses cannot accept.
   */
  App ownBuffers() {
    ownBuffers = true;
    return this;
  }

  App statusPage(int status, String location) {
    statusPages.put(status, location);
    return this;
  }

  App exceptionPage(Class<? extends Throwable> type, String location) {
    exceptionPages.put(type, location);
    return this;
  }
}
