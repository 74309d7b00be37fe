/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.util.SlotCache;
import dev.observe.servlet.RouteResolver;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the pattern that a request matched: that of a router first, then the servlet mapping. */
final class ServletRoute {
  /** Any router may set this attribute; its value is the route. */
  static final String ATTRIBUTE = "http.route";

  /** Enough for any application's mappings; beyond it each route is joined again. */
  private static final int MAX_JOINED = 1_000;

  private record Joined(String prefix, String rest, String route) {}

  private static final Map<String, Map<String, Joined>> JOINED = new ConcurrentHashMap<>();

  /** Read first: two lookups in maps take 10 ns, one here takes 2 ns. */
  private static final SlotCache<Joined> RECENTLY_JOINED = new SlotCache<>(256);

  private ServletRoute() {}

  /** Returns the pattern of a router, or else that of the mapping. */
  static @Nullable String of(
      HttpServletRequest request,
      @Nullable HttpServletMapping mapping,
      RequestObserver observer,
      @Nullable String jaxRsPattern) {
    String route = ofRouter(request, mapping, observer, jaxRsPattern);
    return route != null ? route : ofMapping(request, mapping, observer.container());
  }

  /** Returns the pattern of the container's mapping, or null. */
  static @Nullable String ofMapping(
      HttpServletRequest request, @Nullable HttpServletMapping mapping, Container container) {
    return mapping == null ? null : ofMapping(contextPath(request), mapping, container);
  }

  /** Returns the pattern that a router has named so far, or null. */
  static @Nullable String ofRouter(
      HttpServletRequest request,
      @Nullable HttpServletMapping mapping,
      RequestObserver observer,
      @Nullable String jaxRsPattern) {
    if (request.getAttribute(ATTRIBUTE) instanceof String route && !route.isEmpty()) {
      return route;
    }
    RouteResolver resolver = observer.routeResolver();
    String resolved = resolver == null ? null : resolver.route(request);
    if (resolved != null) {
      return resolved;
    }
    if (observer.readsSpringRoutes()
        && request.getAttribute(SpringMvc.PATTERN) instanceof String pattern) {
      return below(request, mapping, pattern.startsWith("/") ? pattern : '/' + pattern);
    }
    return jaxRsPattern == null ? null : below(request, mapping, jaxRsPattern);
  }

  /** A framework's pattern begins below the mapping of the framework's own servlet. */
  private static String below(
      HttpServletRequest request, @Nullable HttpServletMapping mapping, String pattern) {
    String prefix = contextPath(request);
    if (mapping != null && mapping.getMappingMatch() == MappingMatch.PATH) {
      prefix = join(prefix, withoutWildcard(mapping.getPattern()));
    }
    return join(prefix, pattern);
  }

  private static @Nullable String ofMapping(
      String contextPath, HttpServletMapping mapping, Container container) {
    MappingMatch match = mapping.getMappingMatch();
    if (match == null) {
      return null;
    }
    return switch (match) {
      case EXACT, PATH -> join(contextPath, mapping.getPattern());
      case EXTENSION -> join(join(contextPath, "/"), mapping.getPattern());
      case CONTEXT_ROOT -> join(contextPath, "/");
      case DEFAULT ->
          container.isOwnServlet(mapping.getServletName()) ? null : join(contextPath, "/");
    };
  }

  private static String contextPath(HttpServletRequest request) {
    String path = request.getContextPath();
    return path == null ? "" : path;
  }

  private static String withoutWildcard(String pattern) {
    return pattern.endsWith("/*") ? pattern.substring(0, pattern.length() - 2) : pattern;
  }

  private static String join(String prefix, String rest) {
    if (prefix.isEmpty()) {
      return rest;
    }
    int hash = prefix.hashCode() * 31 + rest.hashCode();
    Joined recent = RECENTLY_JOINED.get(hash);
    if (recent != null && recent.rest.equals(rest) && recent.prefix.equals(prefix)) {
      return recent.route;
    }
    Map<String, Joined> joined = JOINED.get(prefix);
    if (joined == null) {
      if (JOINED.size() >= MAX_JOINED) {
        return prefix + rest;
      }
      // Without a lambda, whose class would be created during the first request.
      joined = new ConcurrentHashMap<>();
      Map<String, Joined> other = JOINED.putIfAbsent(prefix, joined);
      joined = other == null ? joined : other;
    }
    Joined route = joined.get(rest);
    if (route == null) {
      route = new Joined(prefix, rest, prefix + rest);
      if (joined.size() >= MAX_JOINED) {
        return route.route;
      }
      joined.put(rest, route);
    }
    RECENTLY_JOINED.put(hash, route);
    return route.route;
  }
}
