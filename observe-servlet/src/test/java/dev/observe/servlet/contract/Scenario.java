/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One way a request can go: what the application does, what the client does, what it must see. */
final class Scenario {
  /** What the application does. */
  interface Service {
    void serve(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException;
  }

  /** What a filter of the application does, further in than the ones under test. */
  interface Inner {
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException;
  }

  /** What the client does. */
  interface Client {
    void talk(Session session) throws Exception;
  }

  private static final Set<String> TIMEOUT = Set.of("timeout");

  final String name;
  Service service;
  Inner inner = (request, response, chain) -> chain.doFilter(request, response);
  Client client = Session::get;
  String base = "/run";
  String route = "/run/*";
  Set<Integer> statuses = Set.of(200);

  /** The allowed values of {@code error.type}; null for the rule: a 5xx names itself. */
  Set<String> errorTypes;

  boolean comparable = true;
  boolean reachesServlet = true;

  /** What an ObservedServlet is left with, where a filter around it changes the outcome; or 0. */
  int servletStatus;

  String servletErrorType = "";

  private Scenario(String name) {
    this.name = name;
  }

  static Scenario named(String name) {
    return new Scenario(name);
  }

  /** Without this the servlet is a plain {@code HttpServlet} with a {@code doGet}. */
  Scenario serves(Service service) {
    this.service = service;
    return this;
  }

  Scenario innerFilter(Inner inner) {
    this.inner = inner;
    return this;
  }

  /** Without this it is one GET. */
  Scenario client(Client client) {
    this.client = client;
    return this;
  }

  /** What the client may see; without this it is 200. */
  Scenario sees(int... statuses) {
    this.statuses = IntStream.of(statuses).boxed().collect(Collectors.toUnmodifiableSet());
    return this;
  }

  Scenario errorType(Class<?>... types) {
    this.errorTypes =
        Set.of(types).stream().map(Class::getName).collect(Collectors.toUnmodifiableSet());
    return this;
  }

  Scenario errorType(String... types) {
    this.errorTypes = Set.of(types);
    return this;
  }

  /** A 5xx has an error, named by the container or by itself; anything else has none. */
  Scenario timeoutErrors() {
    this.errorTypes = TIMEOUT;
    return this;
  }

  /** An error is there, but which one is the container's. */
  Scenario someError() {
    this.errorTypes = Set.of("*");
    return this;
  }

  /** The client went away: nobody need have noticed, so there may be an error or none. */
  Scenario maybeError() {
    this.errorTypes = Set.of("*", "");
    return this;
  }

  /** Its bytes depend on the time. */
  Scenario notComparable() {
    this.comparable = false;
    return this;
  }

  /** Ends before any servlet is called, so that an ObservedServlet sees nothing of it. */
  Scenario endsBeforeServlet() {
    this.reachesServlet = false;
    return this;
  }

  /** A filter around the servlet changes the outcome after it, so an ObservedServlet sees this. */
  Scenario servletSees(int status, String errorType) {
    this.servletStatus = status;
    this.servletErrorType = errorType;
    return this;
  }

  /** Of the servlet that is mapped to another path than the usual one. */
  Scenario under(String base) {
    this.base = base;
    this.route = base + "/*";
    return this;
  }

  Scenario route(String route) {
    this.route = route;
    return this;
  }

  String slug() {
    return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  String path() {
    return base + '/' + slug();
  }

  Set<String> errorTypes(int status) {
    if (errorTypes == TIMEOUT) {
      return Set.of(status >= 500 ? "*" : "");
    }
    if (errorTypes != null) {
      return errorTypes;
    }
    return Set.of(status >= 500 ? Integer.toString(status) : "");
  }

  @Override
  public String toString() {
    return name;
  }
}
