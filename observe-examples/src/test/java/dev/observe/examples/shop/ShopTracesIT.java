/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealJaeger;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The spans that a collector receives of one round of visits. */
class ShopTracesIT {
  private static List<ReceivedSpan> spans = List.of();
  private static OtlpReceiver receiver = OtlpReceiver.start();

  @BeforeAll
  static void visitOnce() throws InterruptedException {
    try (SystemProperties properties =
            SystemProperties.set(
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "otel.resource.attributes",
                    "deployment.environment.name=test"));
        Shop shop = startShop()) {
      shop.awaitVisits();
    }
    spans = receiver.spans();
  }

  @AfterAll
  static void close() {
    receiver.close();
  }

  @Test
  void visit_each_isOneTraceThatBeginsInTheShop() {
    List<ReceivedSpan> roots = spans.stream().filter(ReceivedSpan::isRoot).toList();

    assertThat(roots)
        .hasSize(Visitors.ROUND.size())
        .allSatisfy(
            root -> {
              assertThat(root.serviceName()).isEqualTo("shop");
              assertThat(root.kind()).isEqualTo(SpanKind.SERVER);
            });
    assertThat(spans.stream().map(ReceivedSpan::traceId).distinct()).hasSize(roots.size());
    assertThat(roots)
        .extracting(
            span -> span.attributes().get("http.request.method"),
            span -> span.attributes().get("http.response.status_code"))
        .containsExactlyInAnyOrderElementsOf(
            Visitors.ROUND.stream()
                .map(visit -> tuple(visit.method(), (long) visit.status()))
                .toList());
  }

  @Test
  void order_bothServices_areInOneTrace() {
    ReceivedSpan order = root("POST /orders");

    assertThat(receiver.trace(order.traceId())).hasSize(3);
    ReceivedSpan call = childOf(order);
    ReceivedSpan answer = childOf(call);
    assertThat(order.attributes())
        .contains(entry("http.route", "/orders"), entry("http.response.status_code", 201L))
        .containsEntry("url.path", "/orders");
    assertThat(call.serviceName()).isEqualTo("shop");
    assertThat(call.kind()).isEqualTo(SpanKind.CLIENT);
    assertThat(call.attributes()).contains(entry("http.request.method", "POST"));
    assertThat(answer.serviceName()).isEqualTo("stock");
    assertThat(answer.kind()).isEqualTo(SpanKind.SERVER);
    assertThat(answer.name()).isEqualTo("POST /stock/*");
    assertThat(answer.attributes())
        .contains(entry("http.route", "/stock/*"), entry("url.path", "/stock/apple"));
    assertThat(answer.startEpochNanos()).isGreaterThanOrEqualTo(order.startEpochNanos());
  }

  @Test
  void productList_hasACallForEachProduct() {
    ReceivedSpan list = root("GET /products");

    assertThat(receiver.trace(list.traceId()))
        .extracting(ReceivedSpan::kind)
        .containsExactlyInAnyOrder(
            SpanKind.SERVER,
            SpanKind.CLIENT,
            SpanKind.SERVER,
            SpanKind.CLIENT,
            SpanKind.SERVER,
            SpanKind.CLIENT,
            SpanKind.SERVER);
    assertThat(children(list))
        .hasSize(3)
        .allSatisfy(call -> assertThat(childOf(call).serviceName()).isEqualTo("stock"));
  }

  @Test
  void async_call_isChildOfTheRequestAndEndsBeforeIt() {
    ReceivedSpan later = root("GET /async");

    ReceivedSpan call = childOf(later);
    assertThat(childOf(call).serviceName()).isEqualTo("stock");
    assertThat(later.endEpochNanos()).isGreaterThanOrEqualTo(call.endEpochNanos());
    assertThat(later.attributes()).contains(entry("http.response.status_code", 200L));
  }

  @Test
  void report_spansOfTheApplication_areChildrenOfTheRequest() {
    ReceivedSpan report = root("GET /report");

    assertThat(children(report))
        .extracting(ReceivedSpan::name)
        .containsExactlyInAnyOrder("read orders", "draw chart");
  }

  @Test
  void failure_span_hasItsCause() {
    ReceivedSpan failure = root("GET /fail");

    assertThat(failure.statusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(failure.attributes())
        .contains(
            entry("http.response.status_code", 500L),
            entry("error.type", "java.lang.IllegalStateException"));
    // A missing order is an error of the client, not of the server.
    assertThat(spans)
        .filteredOn(
            span ->
                span.attributes().get("http.response.status_code") instanceof Long n && n == 404)
        .singleElement()
        .extracting(ReceivedSpan::statusCode)
        .isEqualTo(StatusCode.UNSET);
  }

  @Test
  void resource_hasTheServiceNameAndTheSettings() {
    assertThat(spans)
        .allSatisfy(
            span -> {
              assertThat(span.schemaUrl()).startsWith("https://opentelemetry.io/schemas/1.");
              assertThat(span.resource())
                  .containsOnlyKeys(
                      "service.name",
                      "service.instance.id",
                      "deployment.environment.name",
                      "telemetry.sdk.language",
                      "telemetry.sdk.name",
                      "telemetry.sdk.version")
                  .contains(
                      entry("deployment.environment.name", "test"),
                      entry("telemetry.sdk.language", "java"),
                      entry("telemetry.sdk.name", "opentelemetry"));
            });
    assertThat(spans.stream().map(ReceivedSpan::serviceName).distinct())
        .containsExactlyInAnyOrder("shop", "stock");
  }

  @Test
  void order_inARealJaeger_isFoundUnderBothServices() throws InterruptedException {
    Predicate<List<RealJaeger.Span>> hasOrder =
        found -> found.stream().anyMatch(span -> span.name().equals("POST /orders"));
    try (RealJaeger jaeger = RealJaeger.start();
        SystemProperties properties =
            SystemProperties.set(Map.of("otel.exporter.otlp.endpoint", jaeger.endpoint()))) {
      try (Shop shop = startShop()) {
        shop.awaitVisits();
      }

      List<RealJaeger.Span> found = jaeger.awaitSpans("stock", hasOrder);

      RealJaeger.Span order =
          found.stream()
              .filter(span -> span.name().equals("POST /orders"))
              .findFirst()
              .orElseThrow();
      assertThat(found)
          .filteredOn(span -> span.traceId().equals(order.traceId()))
          .extracting(RealJaeger.Span::service)
          .containsExactlyInAnyOrder("shop", "shop", "stock");
    }
  }

  private static Shop startShop() {
    return Shop.start(
        new ShopSettings(0, 0, 0, 0, 50, Visitors.ROUND.size()), ConsoleSpanExporter.create());
  }

  private static ReceivedSpan root(String name) {
    return spans.stream()
        .filter(span -> span.isRoot() && span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + spans));
  }

  private static ReceivedSpan childOf(ReceivedSpan parent) {
    List<ReceivedSpan> children = children(parent);
    assertThat(children).as("children of %s", parent.name()).hasSize(1);
    return children.get(0);
  }

  private static List<ReceivedSpan> children(ReceivedSpan parent) {
    return receiver.trace(parent.traceId()).stream()
        .filter(span -> span.parentSpanId().equals(parent.spanId()))
        .toList();
  }
}
