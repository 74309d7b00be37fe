/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.JaxRsRoutes;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.testkit.JaxRsShop;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import jakarta.servlet.DispatcherType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/**
 * The routes of a Dropwizard application; the modules beside this folder run it with Dropwizard 4
 * and 5.
 */
class DropwizardRoutesIT {
  private static final String VERSION =
      Objects.requireNonNull(Application.class.getPackage().getImplementationVersion());

  /** Dropwizard 4 has Jakarta REST 3.0, which knows no service file. */
  private static final boolean NEEDS_LINE = VERSION.startsWith("4.");

  private static final String CONFIGURATION =
      """
      server:
        applicationConnectors:
          - {type: http, port: 0, bindHost: 127.0.0.1}
        adminConnectors:
          - {type: http, port: 0, bindHost: 127.0.0.1}
      """;

  @Test
  void route_dropwizard_isTheTemplateOfTheResource() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes()) {
      Shop shop = new Shop(routes.filter());
      Path file = Files.createTempFile("dropwizard", ".yml");
      Files.writeString(file, CONFIGURATION);
      shop.run("server", file.toString());
      try {
        Map<String, String> names =
            routes.names(
                shop.port, "", "/orders/17", "/orders/17/fails", "/orders/17/lines/2", "/none/17");

        assertThat(names.values())
            .containsExactly(
                "GET /orders/{id}",
                "GET /orders/{id}/fails",
                "GET /orders/{id}/lines/{line}",
                "GET /*");
        String framework = "Dropwizard " + VERSION.charAt(0);
        if (NEEDS_LINE) {
          RoutesTable.check(
              getClass(),
              framework,
              VERSION,
              "environment.jersey().register(JaxRsRoutes.class)",
              names);
        } else {
          RoutesTable.check(framework, VERSION, names);
        }
      } finally {
        shop.server.stop();
      }
    }
  }

  /** The application. */
  public static final class Shop extends Application<Configuration> {
    private final ObserveFilter filter;
    private int port;
    private Server server;

    Shop(ObserveFilter filter) {
      this.filter = filter;
    }

    @Override
    public void run(Configuration configuration, Environment environment) {
      environment
          .servlets()
          .addFilter("observe", filter)
          .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
      if (NEEDS_LINE) {
        environment.jersey().register(JaxRsRoutes.class);
      }
      environment.jersey().register(JaxRsShop.Orders.class);
      environment
          .lifecycle()
          .addServerLifecycleListener(
              new ServerLifecycleListener() {
                @Override
                public void serverStarted(Server started) {
                  server = started;
                  port = getLocalPort(started);
                }
              });
    }
  }
}
