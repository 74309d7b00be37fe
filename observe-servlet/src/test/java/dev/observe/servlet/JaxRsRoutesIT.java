/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The routes of requests to JAX-RS resources, whose paths are on many types and methods. */
class JaxRsRoutesIT {
  private final HttpClient client = HttpClient.newHttpClient();
  private PrometheusRegistry registry = new PrometheusRegistry();
  private EmbeddedTomcat tomcat;

  /** Annotated for the classes that implement it. */
  @Path("/orders")
  public interface OrdersApi {
    /** One order. */
    @GET
    @Path("{id}")
    String order(@PathParam("id") String id);

    /** Its lines. */
    @GET
    @Path("{id}/lines")
    String lines(@PathParam("id") String id);

    /** Overridden by a method with annotations of its own. */
    @GET
    @Path("ignored")
    String all();
  }

  /** Has no annotation but one. */
  public static class Orders implements OrdersApi {
    @Override
    public String order(String id) {
      return id;
    }

    @Override
    public String lines(String id) {
      return id;
    }

    @Override
    @GET
    public String all() {
      return "all";
    }
  }

  /** Methods of any resource. */
  public interface Stored<T> {
    /** Stores one. */
    @PUT
    @Path("{id}")
    @Consumes("*/*")
    void put(@PathParam("id") String id, T value);
  }

  /** A superclass with methods of a resource. */
  public abstract static class Base {
    /** Counts them. */
    @GET
    @Path("count")
    public String count() {
      return "1";
    }

    /** Annotated here and on the interface; this one is inherited. */
    @GET
    @Path("base/{name}")
    public String both(@PathParam("name") String name) {
      return name;
    }
  }

  /** Annotated differently than the superclass. */
  public interface Named {
    /** Not inherited. */
    @GET
    @Path("interface/{name}")
    String both(String name);
  }

  /** The class has a path, and its methods are annotated elsewhere. */
  @Path("carts")
  public static class Carts extends Base implements Stored<String>, Named {
    @Override
    public void put(String id, String value) {}

    @Override
    public String both(String name) {
      return name;
    }
  }

  /** Locates sub-resources in several ways. */
  @Path("/owners")
  public static class Owners {
    /** One owner. */
    @GET
    @Path("{id}")
    public String owner(@PathParam("id") String id) {
      return id;
    }

    /** The pets of an owner. */
    @Path("/{id}/pets/")
    public Pets pets(@PathParam("id") String id) {
      return new Pets();
    }

    /** Located by another path. */
    @Path("{id}/former/{year: [0-9]{4}}")
    public Pets former(@PathParam("id") String id) {
      return new Pets();
    }

    /** Not known by its return type. */
    @Path("{id}/car")
    public Object car() {
      return new Car();
    }
  }

  /** Only a locator returns it. */
  public static class Pets {
    /** All pets. */
    @GET
    public String all() {
      return "all";
    }

    /** One pet. */
    @GET
    @Path("{p}")
    public String pet(@PathParam("p") String pet) {
      return pet;
    }

    /** A failure of a sub-resource. */
    @GET
    @Path("{p}/fails")
    public String fails(@PathParam("p") String pet) {
      throw new IllegalStateException("planned");
    }

    /** Two locators lead here. */
    @Path("{p}/visits")
    public Visits visits() {
      return new Visits();
    }
  }

  /** The second sub-resource of a path. */
  public static class Visits {
    /** One visit. */
    @GET
    @Path("{v}")
    public Response visit(@PathParam("v") String visit) {
      return Response.status(404).build();
    }
  }

  /** A resource of its own, which a locator returns too. */
  @Path("/cars")
  public static class Car {
    /** Its plate. */
    @GET
    @Path("plate")
    public String plate() {
      return "plate";
    }
  }

  /** Locates itself as often as the client wants. */
  @Path("/tree")
  public static class Tree {
    /** The name. */
    @GET
    public String name() {
      return "tree";
    }

    /** A branch. */
    @Path("{branch}")
    public Tree branch() {
      return new Tree();
    }
  }

  @BeforeEach
  void start() {
    Resource.Builder built = Resource.builder("built/{id}");
    built.addMethod("GET").handledBy(request -> Response.ok("built").build());
    ResourceConfig resources =
        new ResourceConfig(Orders.class, Carts.class, Owners.class, Car.class, Tree.class)
            .registerResources(built.build());
    tomcat =
        new EmbeddedTomcat("/shop")
            .initialise(RequestMetricsFilter.create(registry)::addTo)
            .servlet(new ServletContainer(resources), "/rest/*")
            .start();
  }

  @AfterEach
  void stop() {
    tomcat.close();
  }

  private String route(String path) throws Exception {
    return route(HttpRequest.newBuilder(tomcat.uri("/rest" + path)).build());
  }

  private String route(HttpRequest request) throws Exception {
    Set<String> before = observations();
    client.send(request, BodyHandlers.discarding());
    Set<String> after = observations();
    after.removeAll(before);
    assertThat(after).hasSize(1);
    String first = after.iterator().next();
    return first.substring(0, first.indexOf('\t')).replace("/shop/rest", "");
  }

  /** Returns the route and the number of requests of each series. */
  private Set<String> observations() {
    return registry.scrape("http_server_request_duration_seconds"::equals).stream()
        .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
        .map(
            point ->
                point.getLabels().get("http_route")
                    + '\t'
                    + point.getLabels().get("http_response_status_code")
                    + '\t'
                    + point.getCount())
        .collect(Collectors.toSet());
  }

  @Test
  void route_annotationsOnAnInterface_areInherited() throws Exception {
    assertThat(route("/orders/1")).isEqualTo("/orders/{id}");
    assertThat(route("/orders/1/lines")).isEqualTo("/orders/{id}/lines");
    assertThat(route("/carts/count")).isEqualTo("/carts/count");
    assertThat(route("/orders")).isEqualTo("/orders");
  }

  @Test
  void route_annotationsOnASuperclassAndAnInterface_areThoseOfTheSuperclass() throws Exception {
    assertThat(route("/carts/base/x")).isEqualTo("/carts/base/{name}");
  }

  @Test
  void route_annotationsOnAGenericInterface_areInherited() throws Exception {
    HttpRequest put =
        HttpRequest.newBuilder(tomcat.uri("/rest/carts/7"))
            .PUT(BodyPublishers.ofString("x"))
            .build();

    assertThat(route(put)).isEqualTo("/carts/{id}");
  }

  @Test
  void route_subResource_isTheWholePath() throws Exception {
    assertThat(route("/owners/7")).isEqualTo("/owners/{id}");
    assertThat(route("/owners/7/pets")).isEqualTo("/owners/{id}/pets");
    assertThat(route("/owners/7/pets/3")).isEqualTo("/owners/{id}/pets/{p}");
    assertThat(route("/owners/7/pets/3/visits/2")).isEqualTo("/owners/{id}/pets/{p}/visits/{v}");
    assertThat(route("/owners/7/pets/3/fails")).isEqualTo("/owners/{id}/pets/{p}/fails");
  }

  @Test
  void route_subResourceOfTwoLocators_isThatOfTheMatchingOne() throws Exception {
    assertThat(route("/owners/7/former/1999/3"))
        .isEqualTo("/owners/{id}/former/{year: [0-9]{4}}/{p}");
    assertThat(route("/owners/7;v=1/pets;w=2/3")).isEqualTo("/owners/{id}/pets/{p}");
  }

  @Test
  void route_locatorReturnsObject_isTheWholePath() throws Exception {
    assertThat(route("/owners/7/car/plate")).isEqualTo("/owners/{id}/car/plate");
    assertThat(route("/cars/plate")).isEqualTo("/cars/plate");
  }

  @Test
  void route_locatorOfItself_isBounded() throws Exception {
    assertThat(route("/tree")).isEqualTo("/tree");
    assertThat(route("/tree/a/b")).isEqualTo("/tree/{branch}/{branch}");
    for (int depth = 10; depth < 40; depth++) {
      client.send(
          HttpRequest.newBuilder(tomcat.uri("/rest/tree" + "/a".repeat(depth))).build(),
          BodyHandlers.discarding());
    }
    assertThat(observations()).hasSize(3);
  }

  @Test
  void route_resourceWithoutAnnotations_isTheServletMapping() throws Exception {
    assertThat(route("/built/7")).isEqualTo("/*");
    assertThat(route("/nothing/7")).isEqualTo("/*");
  }
}
