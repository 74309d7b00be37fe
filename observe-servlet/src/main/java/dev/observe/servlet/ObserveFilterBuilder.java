/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.RequestExtras;
import dev.observe.internal.request.ServerExchange;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ServletExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link ObserveFilter} that is not all defaults. Whatever has a property name here, a
 * system property or an environment variable overrides.
 *
 * <p>For one thread. Setting an option twice: the last one wins.
 *
 * @since 0.1
 */
public final class ObserveFilterBuilder {
  private final OpenTelemetry openTelemetry;
  private final PrometheusRegistry registry;
  private final Map<String, String> properties = new HashMap<>();
  private RequestExtras extras = RequestExtras.NONE;
  private @Nullable RouteResolver routeResolver;

  ObserveFilterBuilder(OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  /**
   * Measures only requests whose path within the application matches one of these.
   *
   * <p>Defaults to all; {@code observe.http.include}, and {@code observe.http.traces.include} or
   * {@code observe.http.metrics.include} for one of the two.
   *
   * @param patterns as a servlet mapping has them ({@code /static/*}, {@code *.css}, {@code
   *     /health}) or globs in which {@code **} stands for anything
   */
  public ObserveFilterBuilder include(String... patterns) {
    return property(Setting.INCLUDE.name(), String.join(",", patterns));
  }

  /**
   * Leaves out requests whose path within the application matches one of these: no record, no span,
   * and none inside it or in the services it calls.
   *
   * <p>Defaults to none; {@code observe.http.exclude}, and {@code observe.http.traces.exclude} or
   * {@code observe.http.metrics.exclude} for one of the two. Pages of ours are always left out.
   *
   * @param patterns as in {@link #include}
   */
  public ObserveFilterBuilder exclude(String... patterns) {
    return property(Setting.EXCLUDE.name(), String.join(",", patterns));
  }

  /**
   * Names each response's trace in a header.
   *
   * <p>Defaults to none; {@code observe.http.response-header}.
   *
   * @param name {@code traceresponse} or {@code Server-Timing}, which have forms of their own, or
   *     any other, such as {@code X-Trace-ID}, for the bare trace id
   */
  public ObserveFilterBuilder responseHeader(String name) {
    return property(Setting.RESPONSE_HEADER.name(), name);
  }

  /**
   * Takes the trace id from a header of 32 hex digits, where a request has no {@code traceparent}.
   *
   * <p>Defaults to none; {@code observe.http.trace-id-header}.
   */
  public ObserveFilterBuilder traceIdHeader(String name) {
    return property(Setting.TRACE_ID_HEADER.name(), name);
  }

  /**
   * Puts headers of requests on spans, as {@code http.request.header.<name>}; never {@code
   * Authorization}, {@code Proxy-Authorization}, {@code Cookie} and {@code Set-Cookie}.
   *
   * <p>Defaults to none; {@code otel.instrumentation.http.server.capture-request-headers}.
   */
  public ObserveFilterBuilder captureRequestHeaders(String... names) {
    return property(Setting.CAPTURED_REQUEST_HEADERS.name(), String.join(",", names));
  }

  /**
   * Puts headers of responses on spans, as {@code http.response.header.<name>}.
   *
   * <p>Defaults to none; {@code otel.instrumentation.http.server.capture-response-headers}.
   */
  public ObserveFilterBuilder captureResponseHeaders(String... names) {
    return property(Setting.CAPTURED_RESPONSE_HEADERS.name(), String.join(",", names));
  }

  /**
   * Adds a label to the request metrics. Every filter of the registry must have the same.
   *
   * @param name a Prometheus label name
   * @param maxValues how many values are told apart, from 1 to 100; any further counts as {@code
   *     _other}
   * @param value asked when a request ends; must be fast and not throw; null means no label
   * @throws IllegalArgumentException if the name is not valid or taken, the number is out of range,
   *     or there are 5 labels already
   */
  public ObserveFilterBuilder addLabel(
      String name, int maxValues, Function<HttpServletRequest, @Nullable String> value) {
    Objects.requireNonNull(value, "value");
    extras = extras.withLabel(name, maxValues, exchange -> value.apply(request(exchange)));
    return this;
  }

  /**
   * Adds an attribute to the span of each request.
   *
   * @param name the attribute's key
   * @param value asked when a request ends; must be fast and not throw; null means none
   * @throws IllegalArgumentException if the name is blank or there are 32 attributes already
   */
  public ObserveFilterBuilder addAttribute(
      String name, Function<HttpServletRequest, @Nullable String> value) {
    Objects.requireNonNull(value, "value");
    extras = extras.withAttribute(name, exchange -> value.apply(request(exchange)));
    return this;
  }

  private static HttpServletRequest request(ServerExchange exchange) {
    return ((ServletExchange) exchange).request();
  }

  /**
   * Asks for the route of a request, after the request attribute {@code http.route} and before
   * Spring MVC, JAX-RS and the servlet mapping.
   */
  public ObserveFilterBuilder routeResolver(RouteResolver resolver) {
    this.routeResolver = Objects.requireNonNull(resolver, "resolver");
    return this;
  }

  /**
   * Believes the forwarded headers of these proxies, and of no others, about the client's address,
   * the scheme and the server's name.
   *
   * <p>Defaults to none; {@code observe.http.trusted-proxies}.
   *
   * @param addresses IP literals or CIDR ranges, such as {@code 10.0.0.0/8}
   */
  public ObserveFilterBuilder trustedProxies(String... addresses) {
    return property(Setting.TRUSTED_PROXIES.name(), String.join(",", addresses));
  }

  /**
   * Measures more of each request than how long it took, as histograms and attributes of the span.
   *
   * <p>Defaults to nothing, as each costs something on every request; {@code observe.http.measure}.
   * Sizes and the time to the first byte wrap request and response, the other two ask the operating
   * system and the JVM.
   *
   * @param figures any of {@code request-body-size}, {@code response-body-size}, {@code
   *     time-to-first-byte}, {@code cpu-time} and {@code allocated-memory}
   */
  public ObserveFilterBuilder measure(String... figures) {
    return property(Setting.MEASURE.name(), String.join(",", figures));
  }

  /** Sets any property of the filter's by its name. */
  public ObserveFilterBuilder property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Returns the filter.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names it
   */
  public ObserveFilter build() {
    Settings settings = Settings.of(properties);
    RequestExtras all = extras;
    return new ObserveFilter(
        () -> ServerTelemetry.of(openTelemetry, registry, settings, all), routeResolver);
  }
}
