/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.util.SlotCache;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of server spans, each built once. */
final class SpanNames extends SlotCache<SpanNames.Named> {
  /** Further names are built each time; only a router that reports raw paths has as many. */
  private static final int MAX_ROUTES = 1_000;

  record Named(String method, String route, String name) {}

  private final Map<String, Map<String, Named>> byRoute = new ConcurrentHashMap<>();

  SpanNames() {
    // Two lookups in maps take 10 ns, one here takes 2 ns.
    super(64);
  }

  /**
   * Returns {@code {method} {route}}, or the method alone (semantic conventions, http-spans.md).
   */
  String name(String method, String route) {
    int hash = route.hashCode() * 31 + method.hashCode();
    Named known = get(hash);
    if (known != null && known.route.equals(route) && known.method.equals(method)) {
      return known.name;
    }
    String word = method.equals(KnownMethods.OTHER) ? "HTTP" : method;
    if (route.isEmpty()) {
      return word;
    }
    Map<String, Named> byMethod = byRoute.get(route);
    if (byMethod == null) {
      if (byRoute.size() >= MAX_ROUTES) {
        return word + ' ' + route;
      }
      // Lambdas, here and below, would load classes during the first request.
      byMethod = new ConcurrentHashMap<>();
      Map<String, Named> other = byRoute.putIfAbsent(route, byMethod);
      byMethod = other == null ? byMethod : other;
    }
    Named named = byMethod.get(method);
    if (named == null) {
      named = new Named(method, route, word + ' ' + route);
      Named other = byMethod.putIfAbsent(method, named);
      named = other == null ? named : other;
    }
    put(hash, named);
    return named.name;
  }
}
