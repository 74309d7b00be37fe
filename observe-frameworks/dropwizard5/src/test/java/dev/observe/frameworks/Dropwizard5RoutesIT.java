/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import jakarta.servlet.DispatcherType;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/** The routes of a Dropwizard 5 application. */
class Dropwizard5RoutesIT {
  private static final String CONFIGURATION =
      """
      server:
        applicationConnectors:
          - {type: http, port: 0, bindHost: 127.0.0.1}
        adminConnectors:
          - {type: http, port: 0, bindHost: 127.0.0.1}
      """;

  @Test
  void route_dropwizard5_isTheTemplateOfTheResource() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes()) {
      Shop shop = new Shop(routes.filter());
      java.nio.file.Path file = Files.createTempFile("dropwizard", ".yml");
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
        RoutesTable.check(
            "Dropwizard 5",
            Objects.requireNonNull(Application.class.getPackage().getImplementationVersion()),
            names);
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
      environment.jersey().register(Orders.class);
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

  /** A resource. */
  @Path("/orders")
  public static final class Orders {
    /** One order. */
    @GET
    @Path("{id}")
    public String order(@PathParam("id") String id) {
      return id;
    }

    /** Fails. */
    @GET
    @Path("{id}/fails")
    public String fails() {
      throw new IllegalStateException("planned");
    }

    /** The lines of an order. */
    @Path("{id}/lines")
    public Lines lines() {
      return new Lines();
    }
  }

  /** A sub-resource. */
  public static final class Lines {
    /** One line. */
    @GET
    @Path("{line}")
    public String line(@PathParam("line") String line) {
      return line;
    }
  }
}
