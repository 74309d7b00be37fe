/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import jakarta.servlet.Filter;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Makes the measured filters. */
final class Subjects {
  /** All names, in the order of the table. */
  static final String[] NAMES = {
    "empty",
    "clock",
    "floor",
    "observe",
    "observe-live",
    "opentelemetry",
    "brave",
    "spring",
    "dropwizard",
    "simpleclient"
  };

  private Subjects() {}

  static Subject create(String name, Scenario scenario, FakeContext context) throws Exception {
    return switch (name) {
      case "empty" -> filter(context, new PassingFilter(false), () -> 0, () -> 0);
      case "clock" -> filter(context, new PassingFilter(true), () -> 0, () -> 0);
      case "floor" -> new Floor(scenario);
      case "observe" -> observe(scenario, context);
      case "observe-live" -> observeLive(scenario, context);
      case "opentelemetry" -> new OpenTelemetryPeer(scenario);
      case "brave" -> BravePeer.create(scenario, context);
      case "spring" -> SpringPeer.create(scenario, context);
      case "dropwizard" -> MetricsPeers.dropwizard(context);
      case "simpleclient" -> MetricsPeers.simpleclient(context);
      default -> throw new IllegalArgumentException("subject must be known, was " + name);
    };
  }

  private static Subject observe(Scenario scenario, FakeContext context) throws Exception {
    Ends ends = new Ends();
    PrometheusRegistry registry = new PrometheusRegistry();
    Filter filter;
    if (!scenario.tracing()) {
      filter = RequestMetricsFilter.create(registry);
    } else {
      OpenTelemetry openTelemetry = observed(scenario, ends).start().openTelemetry();
      filter =
          scenario.metrics()
              ? ObserveFilter.create(openTelemetry, registry)
              : TracingFilter.create(openTelemetry);
    }
    return filter(context, filter, ends::seen, () -> counted(registry));
  }

  /** The filter of both signals with the live page, whose threads run beside the requests. */
  private static Subject observeLive(Scenario scenario, FakeContext context) throws Exception {
    Ends ends = new Ends();
    Metrics metrics = Metrics.builder("benchmark").port(0).disableGlobal().live().start();
    OpenTelemetry openTelemetry = observed(scenario, ends).live().start().openTelemetry();
    return filter(
        context,
        ObserveFilter.create(openTelemetry, metrics.registry()),
        ends::seen,
        () -> served(metrics.registry()));
  }

  /** Returns how many requests the registry of a handle has counted. */
  private static double served(PrometheusRegistry registry) {
    return registry.scrape("http_server_request_duration_seconds"::equals).stream()
        .flatMap(s -> ((HistogramSnapshot) s).getDataPoints().stream())
        .mapToDouble(point -> point.getCount())
        .sum();
  }

  /** Our tracing with its defaults, without an exporter. */
  private static TracingBuilder observed(Scenario scenario, Ends ends) {
    TracingBuilder tracing =
        Tracing.builder("benchmark")
            .disableGlobal()
            .property("otel.traces.exporter", "none")
            .addSpanProcessor(ends);
    if (!scenario.sampled()) {
      tracing
          .property("otel.traces.sampler", "parentbased_traceidratio")
          .property("otel.traces.sampler.arg", "0");
    }
    return tracing;
  }

  /** Returns how many observations the histograms of a registry have. */
  static double counted(PrometheusRegistry registry) {
    return registry.scrape().stream()
        .filter(HistogramSnapshot.class::isInstance)
        .map(HistogramSnapshot.class::cast)
        .flatMap(s -> s.getDataPoints().stream())
        .mapToDouble(point -> point.getCount())
        .sum();
  }

  static Subject filter(
      FakeContext context, Filter filter, LongSupplier spans, DoubleSupplier counted)
      throws Exception {
    filter.init(context);
    return new FilterSubject(filter, spans, counted);
  }

  private record FilterSubject(Filter filter, LongSupplier spanCount, DoubleSupplier countedCount)
      implements Subject {
    @Override
    public void serve(Exchange exchange) throws Exception {
      filter.doFilter(exchange.request, exchange.response, exchange);
    }

    @Override
    public long spans() {
      return spanCount.getAsLong();
    }

    @Override
    public double counted() {
      return countedCount.getAsDouble();
    }
  }
}
