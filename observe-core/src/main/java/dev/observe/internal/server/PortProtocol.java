/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.exposition.AbortableExchange;
import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.PageMetrics.AbortReason;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The messages between applications of one JVM that share a port. Each may have its own copy of
 * this library in its own class loader, also of another version, so a message is a map of JDK
 * types.
 *
 * <p>An application joins with {@link #request}. The owner of the port answers {@link #accepted} or
 * {@link #refused}, or with an empty map if it is not the owner any more.
 */
final class PortProtocol {
  /** Changes when a key gets another meaning, or when a new one is required. */
  private static final int VERSION = 1;

  private static final String VERSION_KEY = "version";
  private static final String SERVICE = "service";
  private static final String NAME = "name";
  private static final String ACCESS = "access";
  private static final String DESCRIPTIONS = "descriptions";
  private static final String HANDLER = "handler";
  private static final String TARGETS = "targets";
  private static final String LEAVE = "leave";
  private static final String REFUSED = "refused";
  private static final String METHOD = "method";
  private static final String PATH = "path";
  private static final String QUERY = "query";
  private static final String HEADERS = "headers";
  private static final String SEND = "send";
  private static final String ABORT = "abort";
  private static final String STATUS = "status";
  private static final String LENGTH = "length";

  private PortProtocol() {}

  /**
   * Returns the request of an application to serve its pages.
   *
   * @param name the wanted name in paths
   * @param access the settings that protect the pages
   */
  static Map<String, Object> request(
      String name, Map<String, String> access, ApplicationPages pages) {
    BiConsumer<String, Map<String, Object>> handler =
        (path, exchange) -> {
          try {
            pages.handler().handle(path, new GuestExchange(exchange));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    return Map.of(
        VERSION_KEY,
        VERSION,
        NAME,
        name,
        ACCESS,
        access,
        SERVICE,
        pages.service(),
        DESCRIPTIONS,
        pages.descriptions(),
        HANDLER,
        handler,
        TARGETS,
        pages.targets());
  }

  static Map<String, Object> accepted(String owner, String name, Runnable leave) {
    return Map.of(SERVICE, owner, NAME, name, LEAVE, leave);
  }

  /** Returns a refusal whose reason completes "this port is served". */
  static Map<String, Object> refused(String owner, String reason) {
    return Map.of(SERVICE, owner, REFUSED, reason);
  }

  static boolean isCompatible(Map<String, Object> request) {
    return Integer.valueOf(VERSION).equals(request.get(VERSION_KEY));
  }

  static boolean isRefused(Map<String, Object> answer) {
    return answer.containsKey(REFUSED);
  }

  static String reason(Map<String, Object> answer) {
    return get(answer, REFUSED);
  }

  static String service(Map<String, Object> message) {
    return get(message, SERVICE);
  }

  static String name(Map<String, Object> message) {
    return get(message, NAME);
  }

  static Runnable leave(Map<String, Object> answer) {
    return get(answer, LEAVE);
  }

  static Map<String, String> access(Map<String, Object> request) {
    return get(request, ACCESS);
  }

  /** Returns the pages of the application that sent the request. */
  static ApplicationPages pages(Map<String, Object> request) {
    BiConsumer<String, Map<String, Object>> handler = get(request, HANDLER);
    Supplier<List<String>> targets = get(request, TARGETS);
    return new ApplicationPages(
        service(request),
        get(request, DESCRIPTIONS),
        (path, exchange) -> {
          try {
            handler.accept(path, exchange(exchange));
          } catch (UncheckedIOException e) {
            throw requireNonNull(e.getCause());
          }
        },
        targets);
  }

  private static Map<String, Object> exchange(PrometheusHttpExchange exchange) {
    PrometheusHttpRequest request = exchange.getRequest();
    Function<String, Enumeration<String>> headers = request::getHeaders;
    Function<Map<String, Object>, OutputStream> send = response -> send(exchange, response);
    Runnable abort =
        exchange instanceof AbortableExchange abortable
            ? () -> abortable.abort(AbortReason.MEMORY)
            : () -> {};
    Map<String, Object> message = new HashMap<>();
    message.put(METHOD, request.getMethod());
    message.put(PATH, request.getRequestPath());
    message.put(HEADERS, headers);
    message.put(SEND, send);
    message.put(ABORT, abort);
    String query = request.getQueryString();
    if (query != null) {
      message.put(QUERY, query);
    }
    return message;
  }

  private static OutputStream send(PrometheusHttpExchange exchange, Map<String, Object> response) {
    Map<String, String> headers = get(response, HEADERS);
    headers.forEach(exchange.getResponse()::setHeader);
    Integer status = get(response, STATUS);
    Integer length = get(response, LENGTH);
    try {
      return exchange.getResponse().sendHeadersAndGetBody(status, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String method(Map<String, Object> exchange) {
    return get(exchange, METHOD);
  }

  static String path(Map<String, Object> exchange) {
    return get(exchange, PATH);
  }

  static boolean hasQuery(Map<String, Object> exchange) {
    return exchange.containsKey(QUERY);
  }

  static String query(Map<String, Object> exchange) {
    return get(exchange, QUERY);
  }

  static Enumeration<String> headers(Map<String, Object> exchange, String name) {
    Function<String, Enumeration<String>> headers = get(exchange, HEADERS);
    return headers.apply(name);
  }

  static OutputStream send(
      Map<String, Object> exchange, int status, int length, Map<String, String> headers)
      throws IOException {
    Function<Map<String, Object>, OutputStream> send = get(exchange, SEND);
    try {
      return send.apply(Map.of(STATUS, status, LENGTH, length, HEADERS, headers));
    } catch (UncheckedIOException e) {
      throw requireNonNull(e.getCause());
    }
  }

  static void abort(Map<String, Object> exchange) {
    Runnable abort = get(exchange, ABORT);
    abort.run();
  }

  // The version decides the types.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> T get(Map<String, Object> message, String key) {
    return (T) requireNonNull(message.get(key), key);
  }
}
