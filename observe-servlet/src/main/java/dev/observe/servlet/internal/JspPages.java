/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.util.SlotCache;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSPs of an application that clients have requested. Each that exists is a route of its own,
 * where the mapping {@code *.jsp} is the same for all.
 *
 * <p>Safe for use by any number of threads.
 */
final class JspPages {
  /** More than the series of a metric; further pages have the route of the mapping. */
  private static final int MAX_PAGES = 1_000;

  /** A path without its extension, as the mapping has it, and its route, or null for no page. */
  private record Requested(String name, String pattern, @Nullable String route) {}

  private final WeakReference<@Nullable ServletContext> application;
  private final String contextPath;
  private final Set<String> servlets;
  private final Map<String, String> routes = new ConcurrentHashMap<>();

  /** Also has paths that do not exist, so that requests for the same one read the disk once. */
  private final SlotCache<Requested> recent = new SlotCache<>(128);

  private JspPages(ServletContext application, String contextPath, Set<String> servlets) {
    this.application = new WeakReference<>(application);
    this.contextPath = contextPath;
    this.servlets = servlets;
  }

  /** Returns the pages of an application, or null if it has no servlet for them. */
  static @Nullable JspPages of(ServletContext application, String contextPath) {
    Set<String> servlets = new HashSet<>();
    application
        .getServletRegistrations()
        .forEach(
            (name, registration) -> {
              // Jasper's, those of Jetty and Undertow that extend it, and Jetty's in jetty-runner.
              String type = registration.getClassName();
              if (type != null && type.endsWith("JspServlet") && !type.endsWith("NoJspServlet")) {
                servlets.add(name);
              }
            });
    return servlets.isEmpty() ? null : new JspPages(application, contextPath, servlets);
  }

  /** Returns the route of a request that was mapped by its extension; null if it is no page. */
  @Nullable String route(HttpServletMapping mapping) {
    if (!servlets.contains(mapping.getServletName())) {
      return null;
    }
    String name = mapping.getMatchValue();
    String pattern = mapping.getPattern();
    Requested known = recent.get(name.hashCode());
    if (known == null || !known.name.equals(name) || !known.pattern.equals(pattern)) {
      known = new Requested(name, pattern, find(name, pattern));
      recent.put(name.hashCode(), known);
    }
    return known.route;
  }

  private @Nullable String find(String name, String pattern) {
    String path = (name.startsWith("/") ? name : '/' + name) + pattern.substring(1);
    String route = routes.get(path);
    if (route == null && routes.size() < MAX_PAGES && isPlain(path) && exists(path)) {
      route = contextPath + path;
      routes.put(path, route);
    }
    return route;
  }

  /** Returns whether a path is the only spelling of the page's path. */
  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      char next = i + 1 < path.length() ? path.charAt(i + 1) : 'x';
      boolean begins = c == '/';
      if ((begins && (next == '/' || next == '.'))
          || (!begins && !Character.isLetterOrDigit(c) && "-_.~+@".indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }

  private boolean exists(String path) {
    ServletContext context = application.get();
    try {
      return context != null && context.getResource(path) != null;
    } catch (MalformedURLException e) {
      return false;
    }
  }
}
