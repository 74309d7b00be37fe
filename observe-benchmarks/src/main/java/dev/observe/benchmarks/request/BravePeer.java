/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.jakarta.servlet.TracingFilter;
import brave.propagation.TraceContext;
import brave.sampler.Sampler;
import jakarta.servlet.Filter;

/** Brave's servlet filter with its defaults, inside a Micrometer timer. */
final class BravePeer implements Subject {
  private final Ended ended = new Ended();
  private final MicrometerFilter micrometer = new MicrometerFilter();
  private final Scenario scenario;
  private final Filter tracing;

  private BravePeer(Scenario scenario) {
    this.scenario = scenario;
    tracing =
        TracingFilter.create(
            Tracing.newBuilder()
                .localServiceName("shop")
                .sampler(scenario.sampled() ? Sampler.ALWAYS_SAMPLE : Sampler.NEVER_SAMPLE)
                .addSpanHandler(ended)
                .build());
  }

  static Subject create(Scenario scenario, FakeContext context) throws Exception {
    BravePeer peer = new BravePeer(scenario);
    peer.tracing.init(context);
    peer.micrometer.init(context);
    return peer;
  }

  @Override
  public void serve(Exchange exchange) throws Exception {
    if (!scenario.tracing()) {
      micrometer.doFilter(exchange.request, exchange.response, exchange);
    } else if (!scenario.metrics()) {
      tracing.doFilter(exchange.request, exchange.response, exchange);
    } else {
      micrometer.doFilter(
          exchange.request,
          exchange.response,
          (request, response) -> tracing.doFilter(request, response, exchange));
    }
  }

  @Override
  public long spans() {
    return ended.count;
  }

  @Override
  public double counted() {
    return micrometer.counted();
  }

  private static final class Ended extends SpanHandler {
    /** See {@link Sdk#onEnd}. */
    private static final long ENOUGH = 100;

    private long count;

    @Override
    public boolean end(TraceContext context, MutableSpan span, Cause cause) {
      if (count < ENOUGH) {
        count++;
      }
      return true;
    }
  }
}
