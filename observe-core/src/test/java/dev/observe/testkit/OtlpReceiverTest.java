/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OtlpReceiverTest {
  @Test
  void export_allFieldsOfASpanArrive() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        SdkTracerProvider provider = provider(receiver, "none")) {
      Tracer tracer = provider.get("the-scope");
      Span parent =
          tracer
              .spanBuilder("parent")
              .setSpanKind(SpanKind.SERVER)
              .setStartTimestamp(Instant.ofEpochSecond(100))
              .startSpan();
      try (Scope ignored = parent.makeCurrent()) {
        tracer.spanBuilder("child").startSpan().end();
      }
      parent.setAttribute("text", "value");
      parent.setAttribute("number", 7);
      parent.setAttribute(AttributeKey.booleanArrayKey("flags"), List.of(true, false));
      parent.addEvent("happened", Attributes.of(AttributeKey.doubleKey("weight"), 1.5));
      parent.setStatus(StatusCode.ERROR, "why");
      parent.end(Instant.ofEpochSecond(102));

      List<ReceivedSpan> spans = receiver.awaitSpans(2);

      // Each span is a separate request, and the requests may arrive in any order.
      assertThat(spans).extracting(ReceivedSpan::name).containsExactlyInAnyOrder("child", "parent");
      ReceivedSpan child = spans.get(spans.get(0).name().equals("child") ? 0 : 1);
      ReceivedSpan span = spans.get(spans.get(0).name().equals("child") ? 1 : 0);
      assertThat(span.kind()).isEqualTo(SpanKind.SERVER);
      assertThat(span.startEpochNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(100));
      assertThat(span.endEpochNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(102));
      assertThat(span.statusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span.statusMessage()).isEqualTo("why");
      assertThat(span.attributes())
          .containsOnly(
              entry("text", "value"), entry("number", 7L), entry("flags", List.of(true, false)));
      assertThat(span.events()).hasSize(1);
      assertThat(span.events().get(0).name()).isEqualTo("happened");
      assertThat(span.events().get(0).attributes()).containsOnly(entry("weight", 1.5));
      assertThat(span.resource()).containsOnly(entry("service.name", "sender"));
      assertThat(span.serviceName()).isEqualTo("sender");
      assertThat(span.schemaUrl()).isEqualTo("https://example.com/schema");
      assertThat(span.scopeName()).isEqualTo("the-scope");
      assertThat(span.isRoot()).isTrue();
      assertThat(child.kind()).isEqualTo(SpanKind.INTERNAL);
      assertThat(child.statusCode()).isEqualTo(StatusCode.UNSET);
      assertThat(child.parentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
      assertThat(receiver.trace(parent.getSpanContext().getTraceId()))
          .containsExactlyInAnyOrder(child, span);
      assertThat(receiver.trace("0af7651916cd43dd8448eb211c80319c")).isEmpty();
      assertThat(receiver.requests()).hasSize(2);
      assertThat(receiver.requests().get(0))
          .containsEntry("content-type", List.of("application/x-protobuf"));
    }
  }

  @Test
  void export_gzip_isDecoded() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        SdkTracerProvider provider = provider(receiver, "gzip")) {
      provider.get("scope").spanBuilder("small").startSpan().end();

      assertThat(receiver.awaitSpans(1)).extracting(ReceivedSpan::name).containsExactly("small");
      assertThat(receiver.requests().get(0)).containsEntry("content-encoding", List.of("gzip"));
    }
  }

  /** A test must not pass with a wrong path, content type or body. */
  @Test
  void post_violatesTheProtocol_isRefused() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      assertThat(post(receiver, "/v1/metrics", "application/x-protobuf", "")).isEqualTo(404);
      assertThat(post(receiver, "/v1/traces", "application/json", "{}")).isEqualTo(404);
      assertThat(post(receiver, "/v1/traces", "application/x-protobuf", "junk")).isEqualTo(400);

      assertThat(receiver.refusals()).hasSize(3);
      assertThat(receiver.requests()).isEmpty();
    }
  }

  private static int post(OtlpReceiver receiver, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(receiver.endpoint() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static SdkTracerProvider provider(OtlpReceiver receiver, String compression) {
    return SdkTracerProvider.builder()
        .setResource(
            Resource.create(
                Attributes.of(AttributeKey.stringKey("service.name"), "sender"),
                "https://example.com/schema"))
        .addSpanProcessor(
            SimpleSpanProcessor.create(
                OtlpHttpSpanExporter.builder()
                    .setEndpoint(receiver.endpoint() + "/v1/traces")
                    .setCompression(compression)
                    .build()))
        .build();
  }
}
