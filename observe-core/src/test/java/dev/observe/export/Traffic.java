/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testing.FaultyCollector;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A pipeline and the spans that go through it, each with its own number. */
final class Traffic implements AutoCloseable {
  private static final AttributeKey<Long> ID = AttributeKey.longKey(FaultyCollector.ID);

  private final AtomicLong nextId = new AtomicLong();
  private final SpanPipeline pipeline;
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  Traffic(SpanPipelineBuilder builder) {
    pipeline = builder.build();
    provider = SdkTracerProvider.builder().addSpanProcessor(pipeline).build();
    tracer = provider.get("test");
  }

  /** Returns an OTLP exporter to {@code collector}; settings are pairs of name and value. */
  static SpanExporter otlp(FaultyCollector collector, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("otel.exporter.otlp.endpoint", collector.endpoint());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return SpanExporters.create(config(all)).get(0);
  }

  static ConfigProperties config(Map<String, String> settings) {
    return DefaultConfigProperties.createFromMap(settings);
  }

  SpanPipeline pipeline() {
    return pipeline;
  }

  Tracer tracer() {
    return tracer;
  }

  /** Ends {@code count} spans at once. */
  void end(int count) {
    end(count, "value");
  }

  /** Ends {@code count} spans at once, each with an attribute of its own copy of {@code value}. */
  void end(int count, String value) {
    for (int i = 0; i < count; i++) {
      tracer
          .spanBuilder("work")
          .setAttribute(ID, nextId.getAndIncrement())
          .setAttribute("value", new String(value.toCharArray()))
          .startSpan()
          .end();
    }
  }

  /** Ends {@code perSecond} spans a second until {@code duration} is over. */
  void endSteadily(int perSecond, Duration duration) {
    long start = System.nanoTime();
    long ended = 0;
    for (long at = 0; at < duration.toNanos(); at = System.nanoTime() - start) {
      long due = at * perSecond / TimeUnit.SECONDS.toNanos(1);
      end((int) (due - ended));
      ended = due;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  long ended() {
    return nextId.get();
  }

  /** The identity that holds at every quiet moment. */
  void assertAccounted() {
    PipelineStats stats = pipeline.stats();
    assertThat(stats.ended()).as("%s", stats).isEqualTo(ended());
    assertThat(stats.acked() + stats.lostTotal() + stats.waiting())
        .as("%s", stats)
        .isEqualTo(stats.ended() + stats.recovered());
  }

  @Override
  public void close() {
    ExportReport unused = pipeline.close(Duration.ZERO);
    assertAccounted();
    provider.close();
  }
}
