/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.RequestMeasurement;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The start and end of a filter in one application, in several and in none. */
class FilterLifecycleIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<String> attributes = new CopyOnWriteArrayList<>();

  /** Keeps the class of the request attribute by which a filter marks a request as measured. */
  private final class Marked extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      Object attribute = request.getAttribute("dev.observe.exchange");
      attributes.add(attribute == null ? "none" : attribute.getClass().getSimpleName());
    }
  }

  private static EmbeddedTomcat tomcat(Filter filter, Servlet servlet, String mapping) {
    return new EmbeddedTomcat("")
        .initialise(context -> add(context, "measured", filter))
        .servlet(servlet, mapping)
        .start();
  }

  private static void add(ServletContext context, String name, Filter filter) {
    context
        .addFilter(name, filter)
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
  }

  private static void get(EmbeddedTomcat tomcat, String path) throws Exception {
    CLIENT.send(HttpRequest.newBuilder(tomcat.uri(path)).build(), BodyHandlers.discarding());
  }

  private double counted() {
    return registry.scrape("http_server_requests"::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private void awaitCounted(double count) {
    await().untilAsserted(() -> assertThat(counted()).isEqualTo(count));
  }

  @Test
  void destroy_ofOneOfTwoApplications_leavesTheOtherMeasured() throws Exception {
    RequestMetricsFilter filter = RequestMetricsFilter.create(registry);

    try (EmbeddedTomcat stays = tomcat(filter, new Marked(), "/stays")) {
      try (EmbeddedTomcat stops = tomcat(filter, new Marked(), "/stops")) {
        get(stops, "/stops");
        awaitCounted(1);
      }
      get(stays, "/stays");

      awaitCounted(2);
    }
    assertThat(registry.scrape()).isEmpty();
  }

  @Test
  void init_ofASecondApplication_keepsTheOwnServletsOfTheFirst() throws Exception {
    RequestMetricsFilter filter = RequestMetricsFilter.create(registry);

    try (EmbeddedTomcat first = tomcat(filter, MetricsServlet.create(registry), "/metrics");
        EmbeddedTomcat second = tomcat(filter, new Marked(), "/other")) {
      get(first, "/metrics");
      get(second, "/other");

      awaitCounted(1);
    }
  }

  @Test
  void create_neverInitialised_hasNoEffect() throws Exception {
    ObserveFilter.create(OpenTelemetry.noop(), registry);
    TracingFilter.create(OpenTelemetry.noop());
    ObservedServlet.builder(new Marked()).registry(registry).build();

    assertThat(registry.scrape()).isEmpty();
    try (EmbeddedTomcat tomcat =
        tomcat(RequestMetricsFilter.create(registry), new Marked(), "/x")) {
      get(tomcat, "/x");
    }
    assertThat(attributes).containsExactly("MetricsOnlyRequest");
  }

  @Test
  void build_registryHoldsMetricsFromElsewhere_failsAtOnce() {
    Gauge.builder().name("observe_http_server_cpu_time_seconds").register(registry);
    RequestMetricsFilterBuilder builder =
        RequestMetricsFilter.builder(registry).measure(RequestMeasurement.CPU_TIME);

    assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.scrape()).hasSize(1);
  }

  /** The inner filter adds its span to the exchange of the outer filter. */
  @Test
  void init_anotherFilterOfTheApplicationTraces_requestHasAnExchange() throws Exception {
    Filter metrics = RequestMetricsFilter.create(registry);

    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat("")
            .initialise(context -> add(context, "metrics", metrics))
            .initialise(
                context -> add(context, "traces", TracingFilter.create(OpenTelemetry.noop())))
            .servlet(new Marked(), "/x")
            .start()) {
      get(tomcat, "/x");
    }

    assertThat(attributes).containsExactly("ServletExchange");
  }

  /** A container initialises such a servlet in its first request, which must have a span too. */
  @Test
  void init_applicationHasAnObservedServlet_firstRequestHasAnExchange() throws Exception {
    Servlet observed =
        ObservedServlet.builder(new Marked()).openTelemetry(OpenTelemetry.noop()).build();

    try (EmbeddedTomcat tomcat = tomcat(RequestMetricsFilter.create(registry), observed, "/x")) {
      get(tomcat, "/x");
    }

    assertThat(attributes).containsExactly("ServletExchange");
  }

  @Test
  void doFilter_tracingFilterOfAnotherApplication_doesNotMatter() throws Exception {
    try (EmbeddedTomcat traced =
            tomcat(TracingFilter.create(OpenTelemetry.noop()), new Marked(), "/y");
        EmbeddedTomcat counted =
            tomcat(RequestMetricsFilter.create(registry), new Marked(), "/x")) {
      get(counted, "/x");
      get(traced, "/y");
    }

    assertThat(attributes).containsExactly("MetricsOnlyRequest", "ServletExchange");
  }

  /** A filter chain of Spring Security initialises no filter. */
  @Test
  void doFilter_neverInitialised_measuresUntilDestroyed() throws Exception {
    RequestMetricsFilter measuring = RequestMetricsFilter.create(registry);
    Filter chain = measuring;

    try (EmbeddedTomcat tomcat = tomcat(chain, new Marked(), "/x")) {
      get(tomcat, "/x");
      awaitCounted(1);

      measuring.destroy();
      get(tomcat, "/x");
    }

    assertThat(attributes).containsExactly("MetricsOnlyRequest", "none");
    assertThat(registry.scrape()).isEmpty();
  }

  /** Fails like a JVM that is out of memory, within the filter under test. */
  private static final class OutOfMemory implements Filter {
    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      HttpServletRequest failing =
          new HttpServletRequestWrapper((HttpServletRequest) request) {
            @Override
            public HttpServletMapping getHttpServletMapping() {
              throw new OutOfMemoryError("planned");
            }
          };
      try {
        chain.doFilter(failing, response);
      } catch (OutOfMemoryError e) {
        thrown.add(e);
      }
    }
  }

  @Test
  void doFilter_virtualMachineError_isNotSwallowed() throws Exception {
    OutOfMemory outOfMemory = new OutOfMemory();

    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat("")
            .initialise(context -> add(context, "fails", outOfMemory))
            .initialise(context -> add(context, "x", RequestMetricsFilter.create(registry)))
            .servlet(new Marked(), "/x")
            .start()) {
      get(tomcat, "/x");
    }

    assertThat(outOfMemory.thrown).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(attributes).isEmpty();
  }
}
