/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.internal.semconv.HttpAttributes;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  private static int kept(Sampler sampler, int requests) {
    int kept = 0;
    for (int i = 0; i < requests; i++) {
      SamplingDecision decision =
          sampler
              .shouldSample(
                  Context.root(),
                  IdGenerator.random().generateTraceId(),
                  "GET",
                  SpanKind.SERVER,
                  Attributes.empty(),
                  List.of())
              .getDecision();
      kept += decision == SamplingDecision.RECORD_AND_SAMPLE ? 1 : 0;
    }
    return kept;
  }

  @Test
  void rateLimited_constantLoad_samplesTheRate() {
    Sampler sampler = new RateLimitedSampler(10, nanos::get);
    kept(sampler, 100);

    int kept = 0;
    for (int i = 0; i < 100; i++) {
      nanos.addAndGet(100_000_000);
      kept += kept(sampler, 50);
    }

    assertThat(kept).isEqualTo(100);
  }

  @Test
  void rateLimited_idleTime_accumulatesForOneSecond() {
    Sampler sampler = new RateLimitedSampler(10, nanos::get);
    kept(sampler, 100);

    nanos.addAndGet(60_000_000_000L);

    assertThat(kept(sampler, 100)).isEqualTo(10);
  }

  @Test
  void rateLimited_lessThanOnePerSecond_samplesOneInTenSeconds() {
    Sampler sampler = new RateLimitedSampler(0.1, nanos::get);

    assertThat(kept(sampler, 100)).isEqualTo(1);
    nanos.addAndGet(9_000_000_000L);
    assertThat(kept(sampler, 100)).isZero();
    nanos.addAndGet(1_000_000_001L);
    assertThat(kept(sampler, 100)).isEqualTo(1);
  }

  @Test
  void rules_firstMatch_decides() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (Tracing tracing =
          builder(receiver)
              .sampler("parentbased_rules")
              .property("observe.traces.rules", "/health=never, /api/**=0, /orders/{id}=always")
              .start()) {
        for (String path : List.of("/health", "/api/x", "/other")) {
          start(tracing, path, "");
        }
        start(tracing, "/api/orders/7", "/orders/{id}");
        start(tracing, "/orders/8", "/orders/{id}");
      }

      assertThat(receiver.spans())
          .extracting(ReceivedSpan::name)
          .containsExactlyInAnyOrder("/other", "/orders/8");
    }
  }

  private static TracingBuilder builder(OtlpReceiver receiver) {
    return Tracing.builder("sampled").endpoint(receiver.endpoint()).disableGlobal();
  }

  private static void start(Tracing tracing, String path, String route) {
    tracing
        .tracer()
        .spanBuilder(path)
        .setAttribute(HttpAttributes.URL_PATH, path)
        .setAttribute(HttpAttributes.HTTP_ROUTE, route)
        .startSpan()
        .end();
  }

  @Test
  void rateLimited_setting_isUsed() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (Tracing tracing =
          builder(receiver)
              .sampler("rate_limited")
              .property("otel.traces.sampler.arg", "0.001")
              .start()) {
        for (int i = 0; i < 20; i++) {
          start(tracing, "/", "");
        }
      }

      assertThat(receiver.spans()).hasSize(1);
    }
  }

  @Test
  void rateLimited_invalidArgument_throws() {
    assertThatThrownBy(
            () ->
                Tracing.builder("sampled")
                    .disableGlobal()
                    .sampler("rate_limited")
                    .property("otel.traces.sampler.arg", "0")
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.traces.sampler.arg must be a number of traces per second above 0 for the sampler"
                + " rate_limited, was '0' (from code); 10 samples at most ten traces per second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "health=never", "/a=2", "/a=-1", "/a=0/s", "/a=often", ""})
  void rules_invalidRule_throws(String rules) {
    assertThatThrownBy(
            () ->
                Tracing.builder("sampled")
                    .disableGlobal()
                    .sampler("rules")
                    .property("observe.traces.rules", rules)
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.traces.rules must be rules of the form pattern=decision with commas between"
                + " them, where a decision is always, never, a ratio from 0 to 1, or a number of"
                + " traces per second such as 5/s, was '"
                + rules
                + "' (from code); for example /health=never, /api/**=0.1, /orders/*=5/s");
  }
}
