/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.semconv.KnownMethods;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The names of server spans, each put together once. */
final class SpanNames {
  /** Beyond this a name is made anew each time; only a router that reports raw paths gets here. */
  private static final int MAX_ROUTES = 1_000;

  private static final int RECENT = 64;

  private record Named(String method, String route, String name) {}

  private final Map<String, Map<String, Named>> byRoute = new ConcurrentHashMap<>();

  /*
   * Looked at first, one slot for a hash: two lookups in maps are 10 ns, one here is 2. Threads race
   * for a slot, which is harmless, as what is in it never changes and says what it is for.
   */
  private final @Nullable Named[] recent = new @Nullable Named[RECENT];

  /**
   * Returns {@code {method} {route}}, or the method alone (semantic conventions, http-spans.md).
   */
  String name(String method, String route) {
    int slot = slot(method, route);
    Named known = recent[slot];
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
      // Without lambdas, here and below, as these would be made during the first request.
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
    recent[slot] = named;
    return named.name;
  }

  private static int slot(String method, String route) {
    int hash = route.hashCode() * 31 + method.hashCode();
    return (hash ^ (hash >>> 16)) & (RECENT - 1);
  }
}
