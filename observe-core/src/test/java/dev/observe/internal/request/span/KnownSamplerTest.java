/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownSamplerTest {
  static Stream<Sampler> usualSamplers() {
    return Stream.of(
        Sampler.alwaysOn(),
        Sampler.alwaysOff(),
        Sampler.parentBased(Sampler.alwaysOn()),
        Sampler.parentBased(Sampler.alwaysOff()),
        Sampler.parentBased(Sampler.traceIdRatioBased(0.25)));
  }

  private static boolean keeps(Sampler sampler, Context parent, long traceIdLow) {
    SpanContext caller = Span.fromContext(parent).getSpanContext();
    String traceId = caller.isValid() ? caller.getTraceId() : TraceId.fromLongs(7, traceIdLow);
    return sampler
            .shouldSample(parent, traceId, "GET", SpanKind.SERVER, Attributes.empty(), List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }

  private static SpanContext caller(TraceFlags flags) {
    return SpanContext.createFromRemoteParent(
        "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", flags, TraceState.getDefault());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-18, 1e-9, 0.001, 1.0 / 3, 0.5, 0.999999999, 1})
  void samplesRoot_anyRatio_isDecisionOfSampler(double ratio) {
    Sampler sampler = Sampler.parentBased(Sampler.traceIdRatioBased(ratio));
    KnownSampler view = KnownSampler.of(sampler);
    long bound = (long) (ratio * Long.MAX_VALUE);
    Random random = new Random(17);

    assertThat(view.isKnown()).isTrue();
    for (int i = 0; i < 5_000; i++) {
      // Half of them near the bound.
      long low = i % 2 == 0 ? random.nextLong() : bound - 1_000 + random.nextInt(2_000);
      assertThat(view.samplesRoot(low))
          .as("ratio %s, id %s", ratio, low)
          .isEqualTo(keeps(sampler, Context.root(), low));
    }
  }

  @ParameterizedTest
  @MethodSource("usualSamplers")
  void samples_usualSampler_isDecisionOfSampler(Sampler sampler) {
    KnownSampler view = KnownSampler.of(sampler);

    assertThat(view.isKnown()).isTrue();
    assertThat(view.samplesRoot(Long.MAX_VALUE - 1))
        .isEqualTo(keeps(sampler, Context.root(), Long.MAX_VALUE - 1));
    assertThat(view.samplesRoot(3)).isEqualTo(keeps(sampler, Context.root(), 3));
    for (TraceFlags flags : List.of(TraceFlags.getSampled(), TraceFlags.getDefault())) {
      SpanContext caller = caller(flags);
      Context parent = Context.root().with(Span.wrap(caller));
      assertThat(view.samplesChild(caller)).isEqualTo(keeps(sampler, parent, 0));
    }
  }

  @Test
  void isKnown_customOrRatioSamplerWithoutParent_isFalse() {
    Sampler custom =
        Sampler.parentBasedBuilder(Sampler.alwaysOn())
            .setRemoteParentNotSampled(Sampler.alwaysOn())
            .build();

    assertThat(KnownSampler.of(custom).isKnown()).isFalse();
    assertThat(KnownSampler.of(Sampler.traceIdRatioBased(0.5)).isKnown()).isFalse();
  }
}
