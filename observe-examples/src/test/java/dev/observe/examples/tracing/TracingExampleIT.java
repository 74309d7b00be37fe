/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealJaeger;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TracingExampleIT {
  /** The complete tree arrives, although the program ends at once. */
  @Test
  void main_collector_twoSpansInsideOneAllDelivered() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                TracingExample.class,
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "otel.resource.attributes",
                    "deployment.environment.name=test"))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      List<ReceivedSpan> spans = receiver.spans();
      assertThat(spans)
          .extracting(ReceivedSpan::name)
          .containsExactlyInAnyOrder("inside", "inside", "outside");
      ReceivedSpan outside = named("outside", spans).get(0);
      assertThat(receiver.trace(outside.traceId())).hasSize(3);
      assertThat(outside.isRoot()).isTrue();
      assertThat(outside.attributes()).isEmpty();

      ReceivedSpan first = withNumber(1, spans);
      ReceivedSpan second = withNumber(2, spans);
      assertThat(List.of(first, second))
          .allSatisfy(
              inside -> {
                assertThat(inside.parentSpanId()).isEqualTo(outside.spanId());
                assertThat(inside.attributes()).hasSize(2).contains(entry("sleep", "done"));
              });
      assertThat(durationMillis(first)).isBetween(1_000L, 1_900L);
      assertThat(durationMillis(second)).isBetween(2_000L, 2_900L);
      // Both run in parallel, and outside waits for them.
      assertThat(second.startEpochNanos()).isLessThan(first.endEpochNanos());
      assertThat(outside.endEpochNanos()).isGreaterThanOrEqualTo(second.endEpochNanos());

      assertThat(spans)
          .allSatisfy(
              span -> {
                assertThat(span.kind()).isEqualTo(SpanKind.INTERNAL);
                assertThat(span.statusCode()).isEqualTo(StatusCode.UNSET);
                assertThat(span.schemaUrl()).startsWith("https://opentelemetry.io/schemas/1.");
                assertThat(span.resource())
                    .contains(
                        entry("service.name", "tracing"),
                        entry("deployment.environment.name", "test"),
                        entry("telemetry.sdk.language", "java"),
                        entry("telemetry.sdk.name", "opentelemetry"))
                    .containsKeys("telemetry.sdk.version", "service.instance.id");
              });
    }
  }

  @Test
  void main_consoleExporter_printsATree() {
    try (ForkedJvm jvm =
        ForkedJvm.start(TracingExample.class, Map.of("otel.traces.exporter", "console"))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      List<String> lines =
          jvm.output().lines().map(line -> line.replaceAll("[0-9.]+ s", "DURATION")).toList();
      assertThat(lines).hasSize(5);
      assertThat(lines.get(0)).matches("trace [0-9a-f]{32}");
      assertThat(lines.subList(1, 4))
          .containsExactly(
              "  tracing   DURATION  outside  ok",
              "  tracing   DURATION    inside  ok",
              "  tracing   DURATION    inside  ok");
    }
  }

  @Test
  void main_inARealJaeger_isFoundByServiceName() {
    try (RealJaeger jaeger = RealJaeger.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                TracingExample.class, Map.of("otel.exporter.otlp.endpoint", jaeger.endpoint()))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      List<RealJaeger.Span> spans = jaeger.awaitSpans("tracing", found -> found.size() >= 3);

      RealJaeger.Span outside =
          spans.stream().filter(span -> span.name().equals("outside")).findFirst().orElseThrow();
      assertThat(spans).hasSize(3);
      assertThat(spans)
          .filteredOn(span -> span.name().equals("inside"))
          .hasSize(2)
          .allSatisfy(
              inside -> {
                assertThat(inside.parentSpanId()).isEqualTo(outside.spanId());
                assertThat(inside.tags()).containsEntry("sleep", "done").containsKey("go func");
              });
    }
  }

  private static ReceivedSpan withNumber(long number, List<ReceivedSpan> spans) {
    return named("inside", spans).stream()
        .filter(span -> span.attributes().get("go func") instanceof Long n && n == number)
        .findFirst()
        .orElseThrow();
  }

  private static List<ReceivedSpan> named(String name, List<ReceivedSpan> spans) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  private static long durationMillis(ReceivedSpan span) {
    return TimeUnit.NANOSECONDS.toMillis(span.endEpochNanos() - span.startEpochNanos());
  }
}
