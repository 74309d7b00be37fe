/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import io.javalin.Javalin;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.servlet.FilterHolder;
import org.junit.jupiter.api.Test;

/** The routes of a Javalin 6 application. */
class Javalin6RoutesIT {
  private static final String LINE =
      "app.beforeMatched(ctx -> ctx.attribute(\"http.route\", ctx.endpointHandlerPath()))";

  @Test
  void route_javalin6_isThePathOfTheEndpoint() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes()) {
      Javalin app =
          Javalin.create(
              config ->
                  config.jetty.modifyServletContextHandler(
                      handler ->
                          handler.addFilter(
                              new FilterHolder(routes.filter()),
                              "/*",
                              EnumSet.of(DispatcherType.REQUEST))));
      app.beforeMatched(ctx -> ctx.attribute("http.route", ctx.endpointHandlerPath()));
      app.get("/orders/{id}", ctx -> ctx.result(ctx.pathParam("id")));
      app.get(
          "/orders/{id}/fails",
          ctx -> {
            throw new IllegalStateException("planned");
          });
      app.get(
          "/orders/{id}/later",
          ctx -> ctx.future(() -> CompletableFuture.runAsync(() -> ctx.result("later"))));
      app.start("127.0.0.1", 0);
      try {
        Map<String, String> names =
            routes.names(
                app.port(), "", "/orders/17", "/orders/17/fails", "/orders/17/later", "/none/17");

        assertThat(names.values())
            .containsExactly(
                "GET /orders/{id}", "GET /orders/{id}/fails", "GET /orders/{id}/later", "GET /*");
        RoutesTable.check(getClass(), "Javalin 6", "6.7.0", LINE, names);
      } finally {
        app.stop();
      }
    }
  }
}
