/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.util.SlotCache;
import dev.observe.servlet.RouteResolver;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pattern that a request to an application matched: that of a router first, then the
 * servlet mapping.
 *
 * <p>The context path is that of the application, as the client may spell its own in many ways.
 * Safe for use by any number of threads.
 */
final class ServletRoutes {
  /** Spring's pattern of its handler for files, which also answers 404 for all unknown paths. */
  private static final String ANYTHING = "/**";

  /** Enough for any application's mappings; beyond it each route is joined again. */
  private static final int MAX_JOINED = 1_000;

  private record Joined(String prefix, String rest, String route) {}

  private static final Map<String, Map<String, Joined>> JOINED = new ConcurrentHashMap<>();

  /** Read first: two lookups in maps take 10 ns, one here takes 2 ns. */
  private static final SlotCache<Joined> RECENTLY_JOINED = new SlotCache<>(256);

  private final Container container;
  private final String contextPath;
  private final @Nullable RouteResolver resolver;

  private final FrameworkRouters frameworks;
  private final @Nullable JspPages jsps;

  ServletRoutes(
      @Nullable ServletContext application,
      FrameworkRouters frameworks,
      Container container,
      @Nullable RouteResolver resolver) {
    this.frameworks = frameworks;
    this.container = container;
    String path = application == null ? null : application.getContextPath();
    this.contextPath = path == null ? "" : path;
    this.resolver = resolver;
    this.jsps = application == null ? null : JspPages.of(application, contextPath);
  }

  /** Returns what routers have named so far, before another handler is called. */
  RouterPatterns named(HttpServletRequest request, @Nullable String jaxRsPattern) {
    return RouterPatterns.of(request, resolver, frameworks, jaxRsPattern);
  }

  /**
   * Returns the pattern of the container's mapping, or null.
   *
   * <p>Spring's servlet for all paths has none yet: a span cannot drop its route, and a 404 for a
   * path that Spring does not know has no route.
   */
  @Nullable String atStart(HttpServletMapping mapping) {
    MappingMatch match = mapping.getMappingMatch();
    if (match == null) {
      return null;
    }
    return switch (match) {
      case EXACT, PATH -> join(contextPath, mapping.getPattern());
      case EXTENSION -> join(join(contextPath, "/"), mapping.getPattern());
      case CONTEXT_ROOT -> join(contextPath, "/");
      case DEFAULT -> frameworks.hasSpring ? null : ofDefaultServlet(mapping);
    };
  }

  private @Nullable String ofDefaultServlet(HttpServletMapping mapping) {
    return container.isOwnServlet(mapping.getServletName()) ? null : join(contextPath, "/");
  }

  /**
   * Returns the pattern that a router has named so far, or null if that of {@link #atStart} is the
   * route.
   *
   * @param status the status of the response, or 0 if it is not decided
   */
  @Nullable String of(
      HttpServletRequest request,
      @Nullable HttpServletMapping mapping,
      @Nullable String jaxRsPattern,
      int status) {
    String route = RouterPatterns.complete(request, resolver);
    if (route != null) {
      return route;
    }
    return below(mapping, frameworks.pattern(request, jaxRsPattern), status);
  }

  /** Same, with what the routers had named before another handler was called. */
  @Nullable String of(RouterPatterns kept, @Nullable HttpServletMapping mapping, int status) {
    return kept.route() != null ? kept.route() : below(mapping, kept.pattern(), status);
  }

  /** A framework's pattern begins below the mapping of the framework's own servlet. */
  private @Nullable String below(
      @Nullable HttpServletMapping mapping, @Nullable String pattern, int status) {
    boolean isNotFound = status == HttpServletResponse.SC_NOT_FOUND;
    if (pattern == null || (isNotFound && pattern.equals(ANYTHING))) {
      return mapping == null || isNotFound ? null : moreExact(mapping, status);
    }
    String prefix = contextPath;
    if (mapping != null && mapping.getMappingMatch() == MappingMatch.PATH) {
      prefix = join(prefix, withoutWildcard(mapping.getPattern()));
    }
    return join(prefix, pattern);
  }

  /** Returns what is known about a mapping only when the request has ended, or null. */
  private @Nullable String moreExact(HttpServletMapping mapping, int status) {
    if (jsps != null && mapping.getMappingMatch() == MappingMatch.EXTENSION) {
      return jsps.route(mapping);
    }
    boolean isUndecided = frameworks.hasSpring && mapping.getMappingMatch() == MappingMatch.DEFAULT;
    return isUndecided && status != 0 ? ofDefaultServlet(mapping) : null;
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
