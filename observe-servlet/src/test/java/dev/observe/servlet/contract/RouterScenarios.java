/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests whose route a router names in an attribute of the request, which the router of another
 * handler overwrites.
 */
final class RouterScenarios {
  /** Spring's servlet sets it, before it asks for the pattern. */
  static final String SPRING_CONTEXT = "org.springframework.web.servlet.DispatcherServlet.CONTEXT";

  /** The attributes of routers, and the routes that their values stand for. */
  private enum Router {
    ANY("a route", "http.route", "/things/{id}"),
    SPRING(
        "a Spring pattern",
        "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern",
        "/run/things/{id}");

    private final String title;
    private final String attribute;
    private final String route;

    Router(String title, String attribute, String route) {
      this.title = title;
      this.attribute = attribute;
      this.route = route;
    }

    private Scenario named(String what, Scenario.Service then) {
      return Scenario.named(title + ", then " + what)
          .serves(
              (q, r) -> {
                q.setAttribute(attribute, "/things/{id}");
                q.setAttribute(SPRING_CONTEXT, this);
                then.serve(q, r);
              })
          .route(route);
    }

    private List<Scenario> scenarios() {
      return List.of(
          named("an error page after sendError", (q, r) -> r.sendError(462)).sees(462),
          named(
                  "an error page after an exception",
                  (q, r) -> {
                    throw new Failures.Routed();
                  })
              .sees(500)
              .errorType(Failures.Routed.class),
          named("a forward", (q, r) -> q.getRequestDispatcher("/target/routed").forward(q, r)),
          named("an include", (q, r) -> q.getRequestDispatcher("/target/routed").include(q, r)),
          named(
              "an async dispatch",
              (q, r) -> Async.later(q.startAsync(), 0, (c, r2) -> c.dispatch("/target/routed"))),
          named("an async sendError with an error page", Async.in(1, (c, r) -> r.sendError(462)))
              .sees(462));
    }
  }

  private RouterScenarios() {}

  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (Router router : Router.values()) {
      all.addAll(router.scenarios());
    }
    all.add(
        Scenario.named("no route, then an error page with one")
            .serves((q, r) -> r.sendError(462))
            .sees(462));
    all.add(
        Scenario.named("no route, then an async sendError with an error page with one")
            .serves(Async.in(1, (c, r) -> r.sendError(462)))
            .sees(462));
    return all;
  }

  /** Sets the attributes of all routers, as the one of another handler does. */
  static void overwrite(HttpServletRequest request) {
    for (Router router : Router.values()) {
      request.setAttribute(router.attribute, "/overwritten");
    }
  }
}
