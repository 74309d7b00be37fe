/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.servlet.internal.MatchedRoute;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the whole pattern of requests to one method of a sub-resource: the path of the root, of
 * each locator on the way, and of the method.
 *
 * <p>Safe for use by any number of threads.
 */
final class JaxRsLocators {
  /** Resources can locate themselves, so that the client chooses how often. */
  private static final int MAX_DEPTH = 8;

  private static final int MAX_WAYS = 64;
  private static final int MAX_CHAINS = 200;

  /** A template's variable with its optional expression, which may itself contain braces. */
  static final Pattern VARIABLE =
      Pattern.compile("\\{\\s*[\\w.-]+\\s*(?::((?:[^{}]|\\{[^{}]*})*))?}");

  /** One way to the method; the expression distinguishes it from others. */
  private record Way(MatchedRoute route, Pattern path) {}

  private final String methodPath;
  private final Map<List<Class<?>>, List<Way>> known = new ConcurrentHashMap<>();

  JaxRsLocators(String methodPath) {
    this.methodPath = methodPath;
  }

  /**
   * Returns the route of a request, or null if it is not known.
   *
   * @param resources the matched ones, that of the method first
   */
  @Nullable MatchedRoute route(List<Object> resources, UriInfo uri) {
    if (resources.size() > MAX_DEPTH) {
      return null;
    }
    List<Class<?>> chain = new ArrayList<>(resources.size());
    for (int i = resources.size() - 1; i >= 0; i--) {
      Object resource = resources.get(i);
      chain.add(resource instanceof Class<?> type ? type : resource.getClass());
    }
    List<Way> ways = known.get(chain);
    if (ways == null) {
      if (known.size() >= MAX_CHAINS) {
        return null;
      }
      ways = ways(chain);
      known.put(chain, ways);
    }
    if (ways.size() == 1) {
      return ways.get(0).route;
    }
    return ways.isEmpty() ? null : matching(ways, uri.getPath(false));
  }

  private List<Way> ways(List<Class<?>> chain) {
    String root = JaxRsAnnotations.pathOf(chain.get(0));
    List<String> paths = root == null ? List.of() : List.of(root);
    for (int i = 1; i < chain.size(); i++) {
      List<String> locators = JaxRsAnnotations.locators(chain.get(i - 1), chain.get(i));
      paths =
          paths.stream()
              .flatMap(path -> locators.stream().map(locator -> path + locator))
              .limit(MAX_WAYS)
              .toList();
    }
    return paths.stream().map(path -> path + methodPath).map(JaxRsLocators::way).toList();
  }

  private static Way way(String pattern) {
    StringBuilder expression = new StringBuilder();
    Matcher variable = VARIABLE.matcher(pattern);
    int copied = 0;
    while (variable.find()) {
      expression.append(Pattern.quote(pattern.substring(copied, variable.start())));
      String own = variable.group(1);
      expression.append("(?:").append(own == null ? "[^/]+?" : own.trim()).append(')');
      copied = variable.end();
    }
    expression.append(Pattern.quote(pattern.substring(copied))).append("/?");
    return new Way(new MatchedRoute(pattern), Pattern.compile(expression.toString()));
  }

  private static @Nullable MatchedRoute matching(List<Way> ways, String path) {
    String plain = path.replaceAll(";[^/]*", "");
    String absolute = plain.startsWith("/") ? plain : '/' + plain;
    for (Way way : ways) {
      if (way.path.matcher(absolute).matches()) {
        return way.route;
      }
    }
    return null;
  }
}
