/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import jakarta.servlet.Servlet;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.glassfish.jersey.internal.Version;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.SpringVersion;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** The routes of requests to real frameworks. */
class FrameworkRoutesIT {
  private final RecordedRoutes recorded = new RecordedRoutes();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    recorded.close();
  }

  /** A controller of an application. */
  @RestController
  @RequestMapping("/orders")
  public static class Orders {
    /** One order. */
    @GetMapping("/{id}")
    public String order(@PathVariable("id") String id) {
      return id;
    }

    /** Fails. */
    @GetMapping("/{id}/fails")
    public String fails(@PathVariable("id") String id) {
      throw new IllegalStateException("planned");
    }

    /** Is not there. */
    @GetMapping("/{id}/missing")
    public String missing(@PathVariable("id") String id) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
  }

  /** Pages of an application. */
  @Controller
  public static class Pages {
    /** Forwards to another handler. */
    @GetMapping("/orders/{id}/moved")
    public String moved(@PathVariable("id") String id) {
      return "forward:/orders/" + id;
    }

    /** The page for all errors. */
    @RequestMapping("/error")
    @ResponseBody
    public String error() {
      return "error";
    }
  }

  /** The configuration that enables Spring MVC. */
  @Configuration
  @EnableWebMvc
  public static class Mvc {}

  /** A resource of an application. */
  @Path("/users/")
  public static class Users {
    /** All users. */
    @GET
    public String all() {
      return "all";
    }

    /** One user. */
    @GET
    @Path("{id}/")
    public String user(@PathParam("id") String id) {
      return id;
    }

    /** The orders of a user. */
    @Path("{id}/orders")
    public UserOrders orders() {
      return new UserOrders();
    }
  }

  /** A sub-resource. */
  public static class UserOrders {
    /** One order. */
    @GET
    @Path("{order}")
    public String order(@PathParam("order") String order) {
      return order;
    }
  }

  private static Servlet spring() {
    AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
    context.register(Mvc.class, Orders.class, Pages.class);
    return new DispatcherServlet(context);
  }

  private static Servlet jersey() {
    return new ServletContainer(new ResourceConfig(Users.class));
  }

  private Map<String, String> namesOf(
      ObserveFilter filter, String contextPath, Servlet servlet, String mapping, String... paths)
      throws Exception {
    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat(contextPath)
            .initialise(filter::addTo)
            .servlet(servlet, mapping)
            .errorPage("/error")
            .start()) {
      return recorded.names(tomcat.port(), contextPath, paths);
    }
  }

  @Test
  void route_springWithDefaultMapping_isTheBestMatchingPattern() throws Exception {
    assertThat(
            namesOf(recorded.filter(), "", spring(), "/", "/orders/17", "/nothing/here").values())
        .containsExactly("GET /orders/{id}", "GET");
  }

  /** As in Spring Boot, whose error page is a handler of the same servlet. */
  @Test
  void route_springHandlerFails_isThatOfTheHandlerAndNotOfTheErrorPage() throws Exception {
    Map<String, String> names =
        namesOf(
            recorded.filter(),
            "",
            spring(),
            "/",
            "/orders/17",
            "/orders/17/fails",
            "/orders/17/missing",
            "/orders/17/moved",
            "/nothing/here");

    assertThat(names.values())
        .containsExactly(
            "GET /orders/{id}",
            "GET /orders/{id}/fails",
            "GET /orders/{id}/missing",
            "GET /orders/{id}/moved",
            "GET");
    RoutesTable.check("Spring MVC", SpringVersion.getVersion(), names);
  }

  @Test
  void route_springBelowPrefixAndContext_hasBoth() throws Exception {
    assertThat(namesOf(recorded.filter(), "/shop", spring(), "/api/*", "/api/orders/17").values())
        .containsExactly("GET /shop/api/orders/{id}");
  }

  @Test
  void route_jersey_isTheTemplateOfClassAndMethod() throws Exception {
    Map<String, String> names =
        namesOf(
            recorded.filter(),
            "/shop",
            jersey(),
            "/rest/*",
            "/rest/users",
            "/rest/users/7",
            "/rest/users/7/orders/3",
            "/rest/unknown");

    assertThat(names.values())
        .containsExactly(
            "GET /shop/rest/users",
            "GET /shop/rest/users/{id}",
            "GET /shop/rest/users/{id}/orders/{order}",
            "GET /shop/rest/*");
    RoutesTable.check("Jersey", Version.getVersion(), names);
  }

  @Test
  void route_metricsAlone_isTheSame() throws Exception {
    RequestMetricsFilter filter = recorded.metricsFilter();

    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat("/shop")
            .initialise(filter::addTo)
            .servlet(spring(), "/api/*")
            .servlet(jersey(), "/rest/*")
            .start()) {
      for (String path : List.of("/api/orders/17", "/api/orders/18", "/rest/users/7", "/rest/x")) {
        client.send(HttpRequest.newBuilder(tomcat.uri(path)).build(), BodyHandlers.discarding());
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(recorded.routes())
                      .containsExactlyInAnyOrder(
                          "/shop/api/orders/{id}", "/shop/rest/users/{id}", "/shop/rest/*"));
    }
  }

  @Test
  void route_jerseyMatchesNothing_isTheServletMapping() throws Exception {
    assertThat(namesOf(recorded.filter(), "", jersey(), "/rest/*", "/rest/unknown/7").values())
        .containsExactly("GET /rest/*");
  }

  @Test
  void route_resolver_precedesTheFrameworks() throws Exception {
    ObserveFilter filter =
        recorded
            .builder()
            .routeResolver(
                request -> request.getRequestURI().endsWith("/7") ? "/resolved/{id}" : null)
            .build();

    assertThat(namesOf(filter, "", jersey(), "/rest/*", "/rest/users/7", "/rest/users/8").values())
        .containsExactly("GET /resolved/{id}", "GET /rest/users/{id}");
  }
}
