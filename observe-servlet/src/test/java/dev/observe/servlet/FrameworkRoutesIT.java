/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.RoutesTable;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import jakarta.servlet.Servlet;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
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
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    sdk.close();
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

  private List<String> routesOf(
      ObserveFilter filter, String contextPath, Servlet servlet, String mapping, String... paths)
      throws Exception {
    List<String> routes = new ArrayList<>();
    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat(contextPath)
            .initialise(filter::addTo)
            .servlet(servlet, mapping)
            .errorPage("/error")
            .start()) {
      for (String path : paths) {
        spans.reset();
        client.send(HttpRequest.newBuilder(tomcat.uri(path)).build(), BodyHandlers.discarding());
        SpanData span =
            await().until(spans::getFinishedSpanItems, items -> items.size() == 1).get(0);
        routes.add(span.getName());
      }
      assertThat(recordedRoutes())
          .containsAll(routes.stream().map(name -> name.substring(3).trim()).toList());
    }
    return routes;
  }

  private List<String> recordedRoutes() {
    return ((HistogramSnapshot)
            registry.scrape("http_server_request_duration_seconds"::equals).get(0))
        .getDataPoints().stream().map(point -> point.getLabels().get("http_route")).toList();
  }

  private ObserveFilter filter() {
    return ObserveFilter.create(sdk, registry);
  }

  @Test
  void route_springWithDefaultMapping_isTheBestMatchingPattern() throws Exception {
    assertThat(routesOf(filter(), "", spring(), "/", "/orders/17", "/nothing/here"))
        .containsExactly("GET /orders/{id}", "GET");
  }

  /** As in Spring Boot, whose error page is a handler of the same servlet. */
  @Test
  void route_springHandlerFails_isThatOfTheHandlerAndNotOfTheErrorPage() throws Exception {
    String[] paths = {
      "/orders/17", "/orders/17/fails", "/orders/17/missing", "/orders/17/moved", "/nothing/here"
    };

    List<String> names = routesOf(filter(), "", spring(), "/", paths);

    assertThat(names)
        .containsExactly(
            "GET /orders/{id}",
            "GET /orders/{id}/fails",
            "GET /orders/{id}/missing",
            "GET /orders/{id}/moved",
            "GET");
    RoutesTable.check("Spring MVC", SpringVersion.getVersion(), RoutesTable.names(paths, names));
  }

  @Test
  void route_springBelowPrefixAndContext_hasBoth() throws Exception {
    assertThat(routesOf(filter(), "/shop", spring(), "/api/*", "/api/orders/17"))
        .containsExactly("GET /shop/api/orders/{id}");
  }

  @Test
  void route_jersey_isTheTemplateOfClassAndMethod() throws Exception {
    String[] paths = {"/rest/users", "/rest/users/7", "/rest/users/7/orders/3", "/rest/unknown"};

    List<String> names = routesOf(filter(), "/shop", jersey(), "/rest/*", paths);

    assertThat(names)
        .containsExactly(
            "GET /shop/rest/users",
            "GET /shop/rest/users/{id}",
            "GET /shop/rest/users/{id}/orders/{order}",
            "GET /shop/rest/*");
    RoutesTable.check("Jersey", Version.getVersion(), RoutesTable.names(paths, names));
  }

  @Test
  void route_metricsAlone_isTheSame() throws Exception {
    RequestMetricsFilter filter = RequestMetricsFilter.create(registry);

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
                  assertThat(recordedRoutes())
                      .containsExactlyInAnyOrder(
                          "/shop/api/orders/{id}", "/shop/rest/users/{id}", "/shop/rest/*"));
    }
  }

  @Test
  void route_jerseyMatchesNothing_isTheServletMapping() throws Exception {
    assertThat(routesOf(filter(), "", jersey(), "/rest/*", "/rest/unknown/7"))
        .containsExactly("GET /rest/*");
  }

  @Test
  void route_resolver_precedesTheFrameworks() throws Exception {
    ObserveFilter filter =
        ObserveFilter.builder(sdk, registry)
            .routeResolver(
                request -> request.getRequestURI().endsWith("/7") ? "/resolved/{id}" : null)
            .build();

    assertThat(routesOf(filter, "", jersey(), "/rest/*", "/rest/users/7", "/rest/users/8"))
        .containsExactly("GET /resolved/{id}", "GET /rest/users/{id}");
  }
}
