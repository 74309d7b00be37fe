/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of server spans, each put together once. */
final class SpanNames {
  /** Beyond this a name is made anew each time; only a router that reports raw paths gets here. */
  private static final int MAX_ROUTES = 1_000;

  private final Map<String, Map<String, String>> byRoute = new ConcurrentHashMap<>();

  /**
   * Returns {@code {method} {route}}, or the method alone (semantic conventions, http-spans.md).
   */
  String name(String method, String route) {
    String word = method.equals(KnownMethods.OTHER) ? "HTTP" : method;
    if (route.isEmpty()) {
      return word;
    }
    Map<String, String> byMethod = byRoute.get(route);
    if (byMethod == null) {
      if (byRoute.size() >= MAX_ROUTES) {
        return word + ' ' + route;
      }
      byMethod = byRoute.computeIfAbsent(route, r -> new ConcurrentHashMap<>());
    }
    String name = byMethod.get(method);
    return name != null ? name : byMethod.computeIfAbsent(method, m -> word + ' ' + route);
  }
}
