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

/** One scenario: the application's part, the client's part and the expected result. */
final class Scenario {
  /** The part of the application. */
  interface Service {
    void serve(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException;
  }

  /** The part of a filter of the application, after the filters under test. */
  interface Inner {
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException;
  }

  /** The part of the client. */
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

  /** The allowed values of {@code error.type}; null for the default: the status if it is 5xx. */
  Set<String> errorTypes;

  boolean comparable = true;
  boolean reachesServlet = true;

  /** The status for an ObservedServlet if a filter around it changes the response, or 0. */
  int servletStatus;

  String servletErrorType = "";

  private Scenario(String name) {
    this.name = name;
  }

  static Scenario named(String name) {
    return new Scenario(name);
  }

  /** Sets the service; the default is an {@code HttpServlet} with a {@code doGet}. */
  Scenario serves(Service service) {
    this.service = service;
    return this;
  }

  Scenario innerFilter(Inner inner) {
    this.inner = inner;
    return this;
  }

  /** Sets the client; the default sends one GET. */
  Scenario client(Client client) {
    this.client = client;
    return this;
  }

  /** Sets the statuses that the client may receive; the default is 200. */
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

  /** Expects an error for a 5xx, of any type, and none otherwise. */
  Scenario timeoutErrors() {
    this.errorTypes = TIMEOUT;
    return this;
  }

  /** Expects an error of any type. */
  Scenario someError() {
    this.errorTypes = Set.of("*");
    return this;
  }

  /** Allows an error or none: the client left, which the server may not notice. */
  Scenario maybeError() {
    this.errorTypes = Set.of("*", "");
    return this;
  }

  /** Does not compare the responses, whose bytes depend on the time. */
  Scenario notComparable() {
    this.comparable = false;
    return this;
  }

  /** Ends before a servlet is called, so that an ObservedServlet records nothing. */
  Scenario endsBeforeServlet() {
    this.reachesServlet = false;
    return this;
  }

  /** Sets the record of an ObservedServlet, after which a filter changes the response. */
  Scenario servletSees(int status, String errorType) {
    this.servletStatus = status;
    this.servletErrorType = errorType;
    return this;
  }

  /** Uses the servlet of another path. */
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
