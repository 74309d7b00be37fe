/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceFromFileTest {
  private static final Resource RESOURCE = Resource.builder().put("service.name", "shop").build();

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  private SdkTracerProvider provider(Sampler sampler) {
    return SdkTracerProvider.builder()
        .setResource(RESOURCE)
        .setSampler(sampler)
        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
        .build();
  }

  static Stream<Sampler> keeping() {
    return Stream.of(
        Sampler.alwaysOn(),
        Sampler.traceIdRatioBased(0.000_001),
        Sampler.parentBased(Sampler.alwaysOff()));
  }

  @ParameterizedTest
  @MethodSource("keeping")
  void of_samplingSampler_returnsResource_exportsNoSpan(Sampler sampler) {
    try (SdkTracerProvider provider = provider(sampler)) {
      assertThat(ResourceFromFile.of(provider)).isEqualTo(RESOURCE);
    }

    assertThat(exporter.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void of_noSpans_returnsEmpty() {
    assertThat(ResourceFromFile.of(TracerProvider.noop())).isEqualTo(Resource.empty());
    try (SdkTracerProvider provider = provider(Sampler.alwaysOff())) {
      assertThat(ResourceFromFile.of(provider)).isEqualTo(Resource.empty());
    }
  }
}
