/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.otlp.SpanExporters;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.NumberedSpans;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A pipeline and numbered spans that go through it. */
public final class Traffic implements AutoCloseable {
  private final SpanPipeline pipeline;
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final NumberedSpans spans;

  public Traffic(SpanPipelineBuilder builder) {
    pipeline = builder.build();
    provider = SdkTracerProvider.builder().addSpanProcessor(pipeline).build();
    tracer = provider.get("test");
    spans = new NumberedSpans(tracer);
  }

  /** Returns an OTLP exporter to {@code collector}; settings are pairs of name and value. */
  public static SpanExporter otlp(FaultyCollector collector, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("otel.exporter.otlp.endpoint", collector.endpoint());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return SpanExporters.create(config(all)).get(0);
  }

  public static ConfigProperties config(Map<String, String> settings) {
    return DefaultConfigProperties.createFromMap(settings);
  }

  public SpanPipeline pipeline() {
    return pipeline;
  }

  Tracer tracer() {
    return tracer;
  }

  public void end(int count) {
    spans.end(count);
  }

  public void end(int count, String value) {
    spans.end(count, value);
  }

  public void endSteadily(int perSecond, Duration duration) {
    spans.endSteadily(perSecond, duration);
  }

  public long ended() {
    return spans.ended();
  }

  /** Asserts that each ended span is counted once. */
  public void assertAccounted() {
    PipelineStats stats = pipeline.stats();
    assertThat(stats.ended()).as("%s", stats).isEqualTo(ended());
    assertThat(stats.acknowledged() + stats.lostTotal() + stats.waiting())
        .as("%s", stats)
        .isEqualTo(stats.ended() + stats.recovered());
  }

  @Override
  public void close() {
    ExportReport unused = pipeline.close(Duration.ZERO);
    assertAccounted();
    provider.close();
  }

  /** Returns the numbers from {@code from} to {@code to}, exclusive. */
  static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }
}
