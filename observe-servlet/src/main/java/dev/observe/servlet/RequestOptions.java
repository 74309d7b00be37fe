/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.RequestMeasurement;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.RequestExtras;
import dev.observe.internal.request.ServerExchange;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ObservedApplications;
import dev.observe.servlet.internal.ServletExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options of all builders. */
abstract sealed class RequestOptions<B extends RequestOptions<B>>
    permits RequestMetricsFilterBuilder, SpanOptions {
  @Nullable OpenTelemetry openTelemetry;
  @Nullable PrometheusRegistry registry;
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, List<String>> lists = new HashMap<>();
  private RequestExtras extras = RequestExtras.NONE;
  private @Nullable RouteResolver routeResolver;

  RequestOptions(@Nullable OpenTelemetry openTelemetry, @Nullable PrometheusRegistry registry) {
    this.openTelemetry = openTelemetry;
    this.registry = registry;
  }

  abstract B self();

  /**
   * Measures only requests whose path within the application matches one of these patterns.
   *
   * <p>Calls add up. Defaults to all requests; {@code observe.http.include}, and {@code
   * observe.http.traces.include} or {@code observe.http.metrics.include} for one signal.
   *
   * @param patterns servlet mappings ({@code /static/*}, {@code *.css}, {@code /health}) or globs
   *     in which {@code **} matches any characters
   */
  public B include(String... patterns) {
    return add(Setting.INCLUDE.name(), patterns);
  }

  /**
   * Excludes requests whose path within the application matches one of these patterns: they have no
   * record and no span, nor have the calls that they make.
   *
   * <p>Calls add up. Defaults to none; {@code observe.http.exclude}, and {@code
   * observe.http.traces.exclude} or {@code observe.http.metrics.exclude} for one signal. The pages
   * of observe are always excluded.
   *
   * @param patterns as in {@link #include}
   */
  public B exclude(String... patterns) {
    return add(Setting.EXCLUDE.name(), patterns);
  }

  /**
   * Trusts the forwarded headers of these proxies for the client's address, the scheme and the
   * server's name.
   *
   * <p>Calls add up. Defaults to none; {@code observe.http.trusted-proxies}.
   *
   * @param addresses IP literals or CIDR ranges, such as {@code 10.0.0.0/8}
   */
  public B trustedProxies(String... addresses) {
    return add(Setting.TRUSTED_PROXIES.name(), addresses);
  }

  /**
   * Measures more of each request than its duration.
   *
   * <p>Calls add up. Defaults to none, because each costs time in every request; {@code
   * observe.http.measure}. Sizes and the time to the first byte wrap request and response; the
   * other two query the operating system and the JVM.
   */
  public B measure(RequestMeasurement... measurements) {
    for (RequestMeasurement measurement : measurements) {
      add(Setting.MEASURE.name(), measurement.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return self();
  }

  /**
   * Sets a resolver for the route, which comes after the request attribute {@code http.route} and
   * before Spring MVC, JAX-RS and the servlet mapping.
   */
  public B routeResolver(RouteResolver resolver) {
    this.routeResolver = Objects.requireNonNull(resolver, "resolver");
    return self();
  }

  /** Sets a property by its name, instead of the values that the option of this name added. */
  public B property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    lists.remove(name);
    return self();
  }

  final B add(String property, String... values) {
    List<String> all = lists.computeIfAbsent(property, name -> new ArrayList<>());
    for (String value : values) {
      all.add(Objects.requireNonNull(value, "value"));
    }
    return self();
  }

  final B label(String name, int maxValues, Function<HttpServletRequest, @Nullable String> value) {
    Objects.requireNonNull(value, "value");
    extras = extras.withLabel(name, maxValues, exchange -> value.apply(request(exchange)));
    return self();
  }

  final B attribute(String name, Function<HttpServletRequest, @Nullable String> value) {
    Objects.requireNonNull(value, "value");
    extras = extras.withAttribute(name, exchange -> value.apply(request(exchange)));
    return self();
  }

  private static HttpServletRequest request(ServerExchange exchange) {
    return ((ServletExchange) exchange).request();
  }

  final ObservedApplications applications(boolean inServlet) {
    Settings settings = Settings.of(properties).withLists(lists);
    OpenTelemetry traces = openTelemetry;
    PrometheusRegistry metrics = registry;
    RequestExtras all = extras;
    return new ObservedApplications(
        () -> ServerTelemetry.of(traces, metrics, settings, all), routeResolver, inServlet);
  }
}
