/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Tracer;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Spring's observation filter as Spring Boot configures it: Micrometer's timers, by default without
 * buckets, and its bridge to OpenTelemetry.
 */
final class SpringPeer {
  private SpringPeer() {}

  static Subject create(Scenario scenario, FakeContext context) throws Exception {
    Sdk sdk = Sdk.of(scenario, false);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ObservationRegistry observations = ObservationRegistry.create();
    if (scenario.metrics()) {
      observations
          .observationConfig()
          .observationHandler(new DefaultMeterObservationHandler(meters));
    }
    if (scenario.tracing()) {
      Tracer tracer = sdk.openTelemetry.getTracer("spring");
      OtelTracer bridge = new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {});
      OtelPropagator propagator = new OtelPropagator(sdk.openTelemetry.getPropagators(), tracer);
      observations
          .observationConfig()
          .observationHandler(
              new FirstMatchingCompositeObservationHandler(
                  new PropagatingReceiverTracingObservationHandler<>(bridge, propagator),
                  new DefaultTracingObservationHandler(bridge)));
    }
    return Subjects.filter(
        context,
        new ServerHttpObservationFilter(observations),
        sdk::ended,
        () ->
            meters.find("http.server.requests").timers().stream().mapToDouble(Timer::count).sum());
  }
}
