/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MemoryExchange;
import dev.observe.internal.exposition.TextPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pages about all applications of a port: links, health and scrape targets. Any other page is a
 * list of those of the applications, with status 300.
 */
public final class JointPages {
  private static final String INDEX = "/";
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");

  private JointPages() {}

  /**
   * Returns the handler of a path, or null if no application has the page.
   *
   * @param applications the applications by name
   */
  public static @Nullable EndpointHandler find(
      String path, Map<String, ApplicationPages> applications) {
    Map<String, ApplicationPages> having = new LinkedHashMap<>(applications);
    having.values().removeIf(pages -> !pages.has(path));
    if (having.isEmpty()) {
      return null;
    }
    if (path.equals(INDEX)) {
      return TextPage.create(index(having));
    }
    if (path.equals(Discovery.PATH)) {
      return TextPage.create(names -> targets(applications));
    }
    return HEALTH.contains(path)
        ? TextPage.create(names -> health(path, having))
        : TextPage.create(names -> list(path, having));
  }

  private static IndexPage index(Map<String, ApplicationPages> applications) {
    Map<String, String> links = new LinkedHashMap<>();
    applications.forEach(
        (name, pages) ->
            pages
                .descriptions()
                .forEach(
                    (path, description) -> {
                      if (path.equals(Discovery.PATH) || HEALTH.contains(path)) {
                        links.put(path, description);
                      }
                      if (!path.equals(INDEX)) {
                        links.put(named(path, name), description + ", of " + pages.service());
                      }
                    }));
    return IndexPage.create(String.join(", ", applications.keySet()), links);
  }

  private static String named(String path, String name) {
    return path.endsWith("/") ? path + name + "/" : path + "/" + name;
  }

  private static TextPage.Response targets(Map<String, ApplicationPages> applications) {
    // Applications may name the same fleet.
    Set<String> targets = new LinkedHashSet<>();
    applications.values().forEach(pages -> targets.addAll(pages.targets().get()));
    return Discovery.response(targets);
  }

  /** Runs the checks of all applications: status 200 if all pass, else 503. */
  private static TextPage.Response health(String path, Map<String, ApplicationPages> applications) {
    boolean up = true;
    StringBuilder bodies = new StringBuilder();
    for (Map.Entry<String, ApplicationPages> application : applications.entrySet()) {
      MemoryExchange exchange = new MemoryExchange(path);
      try {
        application.getValue().handler().handle(path, exchange);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      up &= exchange.status() == 200;
      bodies.append(bodies.isEmpty() ? "" : ",");
      bodies.append('"').append(application.getKey()).append("\":");
      // Without a response from its checks, for example while it stops, an application is down.
      String body = exchange.text().strip();
      bodies.append(body.startsWith("{") ? body : "{\"status\":\"down\"}");
    }
    String status = up ? "up" : "down";
    return new TextPage.Response(
        up ? 200 : 503,
        "application/json",
        "{\"status\":\"" + status + "\",\"applications\":{" + bodies + "}}\n");
  }

  /**
   * RFC 9110 15.4.1. A scraper must not take the page of one application for the only one, nor a
   * success without metrics for the page.
   */
  private static TextPage.Response list(String path, Map<String, ApplicationPages> applications) {
    StringBuilder text = new StringBuilder("This port serves several applications:\n");
    applications.keySet().forEach(name -> text.append(named(path, name)).append('\n'));
    return new TextPage.Response(300, "text/plain; charset=utf-8", text.toString());
  }
}
