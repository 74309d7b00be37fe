/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static dev.observe.testing.ExpectedSpan.child;
import static dev.observe.testing.ExpectedSpan.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RequestAssertTest {
  private static final Logger LOGGER = Logger.getLogger(RequestAssertTest.class.getName());
  private static final Executor SOON = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  @RegisterExtension
  final ObserveExtension observe = ObserveExtension.create(Duration.ofMillis(20));

  @RegisterExtension
  final ObserveExtension waiting = ObserveExtension.create(Duration.ofSeconds(20));

  private void order() {
    Tracing tracing = observe.tracing();
    tracing.span(
        "GET /orders",
        () -> {
          tracing.span("SELECT", () -> {});
          tracing.span("render", () -> tracing.span("SELECT", () -> {}));
        });
  }

  @Test
  void hasSpanTree_childrenInAnyOrder_passes() {
    observe
        .assertThatRequest(this::order)
        .hasSpanTree("GET /orders", child("render", child("SELECT")), child("SELECT"));
  }

  @Test
  void hasSpanTree_childOfAnotherParent_fails() {
    RequestAssert request = observe.assertThatRequest(this::order);

    assertThatThrownBy(
            () ->
                request.hasSpanTree(
                    "GET /orders", child("render"), child("SELECT"), child("SELECT")))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Expected the request to create the spans
              GET /orders
                render
                SELECT
                SELECT
            but it created
              GET /orders (INTERNAL)
                SELECT (INTERNAL)
                render (INTERNAL)
                  SELECT (INTERNAL)\
            """);
  }

  @Test
  void hasSpanTree_secondTree_fails() {
    RequestAssert request =
        observe.assertThatRequest(
            () -> {
              observe.tracing().span("one", () -> {});
              observe.tracing().span("two", () -> {});
            });

    assertThatThrownBy(() -> request.hasSpanTree("one"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("but it created\n  one (INTERNAL)\n  two (INTERNAL)");
  }

  @Test
  void hasSpanTree_noSpan_fails() {
    RequestAssert request = observe.assertThatRequest(() -> {});

    assertThatThrownBy(() -> request.hasSpanTree("one"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("but it created\n  no span");
  }

  @Test
  void hasSpanTree_conditions_areChecked() {
    RequestAssert request =
        observe.assertThatRequest(
            () -> {
              Span span =
                  observe
                      .tracing()
                      .tracer()
                      .spanBuilder("SELECT")
                      .setSpanKind(SpanKind.CLIENT)
                      .setAttribute("db.response.status_code", "42P01")
                      .setAttribute("rows", 3)
                      .startSpan();
              span.setStatus(StatusCode.ERROR);
              span.end();
            });

    request
        .hasSpanTree(
            span("SELECT")
                .kind(SpanKind.CLIENT)
                .failed()
                .attribute("rows", 3)
                .attribute("db.response.status_code", "42P01"))
        .hasSpanTree("SELECT");
    assertThatThrownBy(
            () -> request.hasSpanTree(span("SELECT").kind(SpanKind.SERVER).attribute("rows", 4)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Expected the request to create the spans
              SELECT (SERVER) {rows=4}
            but it created
              SELECT (CLIENT, failed) {db.response.status_code=42P01, rows=3}\
            """);
  }

  @Test
  void hasSpanTree_unfinishedSpan_isShown() {
    Span[] spans = new Span[1];
    RequestAssert request =
        observe.assertThatRequest(
            () -> spans[0] = observe.tracing().tracer().spanBuilder("long").startSpan());

    assertThatThrownBy(() -> request.hasSpanTree("short"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("but it created\n  long (INTERNAL, not ended)");

    spans[0].end();
  }

  @Test
  void changed_seriesWithTheLabels_areSummed() {
    Counter sales = sales();
    sales.labelValues("shoe", "red").inc(5);

    observe
        .assertThatRequest(
            () -> {
              sales.labelValues("shoe", "red").inc();
              sales.labelValues("shoe", "blue").inc(2);
              sales.labelValues("hat", "blue").inc(4);
            })
        .changed("sales_total", 3, "item", "shoe")
        .changed("sales_total", 4, "item", "hat", "colour", "blue")
        .changed("sales_total", 7)
        .changed("sales_total", 0, "item", "glove");
  }

  @Test
  void changed_anotherAmount_fails() {
    Counter sales = sales();
    RequestAssert request =
        observe.assertThatRequest(() -> sales.labelValues("shoe", "red").inc(0.5));

    assertThatThrownBy(() -> request.changed("sales_total", 1, "item", "shoe"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Expected the request to change sales_total{item="shoe"} by 1
            but it changed by 0.5
            Changed series with that name
              sales_total{colour="red",item="shoe"} by 0.5\
            """);
    assertThatThrownBy(() -> request.changed("sale_total", 1))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Expected the request to change sale_total by 1
            but it changed by 0
            No series with that name changed. Changed metrics
              sales_total\
            """);
  }

  @Test
  void changed_labelWithoutValue_throws() {
    RequestAssert request = observe.assertThatRequest(() -> {});

    assertThatThrownBy(() -> request.changed("sales_total", 1, "item", "shoe", "colour"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labels must be alternating names and values, was item, shoe, colour; add the value of the"
                + " last name");
  }

  private Counter sales() {
    return Counter.builder()
        .name("sales_total")
        .labelNames("item", "colour")
        .register(observe.metrics().registry());
  }

  @Test
  void logged_levelAndText_areCompared() {
    IOException gone = new IOException("gone");
    // Keeps the output of this test short.
    gone.setStackTrace(new StackTraceElement[0]);
    LOGGER.warning("before");

    RequestAssert request =
        observe.assertThatRequest(
            () -> {
              LOGGER.log(Level.WARNING, "order {0} is late", 17);
              System.getLogger("shop").log(System.Logger.Level.INFO, "stock", gone);
            });

    request.logged(Level.WARNING, "order 17").logged(Level.INFO, "java.io.IOException: gone");
    assertThatThrownBy(() -> request.logged(Level.INFO, "order 17"))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            Expected the request to log INFO "order 17"
            but it logged
              WARNING dev.observe.testing.RequestAssertTest: order 17 is late
              INFO shop: stock (java.io.IOException: gone)\
            """);
  }

  @Test
  void logged_nothing_fails() {
    RequestAssert request = observe.assertThatRequest(() -> {});

    assertThatThrownBy(() -> request.logged(Level.INFO, "late"))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("but it logged\n  nothing");
  }

  /** A container may end and count a request after the client has received the response. */
  @Test
  void assertions_otherThreads_areAwaited() {
    Span span = waiting.tracing().tracer().spanBuilder("earlier").startSpan();
    span.end();

    waiting
        .assertThatRequest(
            () -> {
              Span late = waiting.tracing().tracer().spanBuilder("late").startSpan();
              SOON.execute(late::end);
              SOON.execute(() -> SOON.execute(waiting.metrics().counter("late")::inc));
              SOON.execute(() -> SOON.execute(() -> LOGGER.info("late")));
            })
        .hasSpanTree("late")
        .changed("late_total", 1)
        .logged(Level.INFO, "late");
  }

  @Test
  void assertThatRequest_exception_isRethrown() {
    assertThatThrownBy(
            () ->
                observe.assertThatRequest(
                    () -> {
                      throw new IOException("refused");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("refused");
  }

  @Test
  void scrape_page_isParsed() {
    Map<Sample, Double> values =
        Scrape.parse(
            """
            # TYPE a gauge
            a 1.5
            b{} NaN
            c_bucket{le="+Inf",path="x, {y}=\\"z\\" \\\\ \\n"} +Inf
            d{e="f"} -1.0E9 1700000000
            """);

    assertThat(values)
        .isEqualTo(
            Map.of(
                new Sample("a", Map.of()),
                1.5,
                new Sample("b", Map.of()),
                Double.NaN,
                new Sample("c_bucket", Map.of("le", "+Inf", "path", "x, {y}=\"z\" \\ \n")),
                Double.POSITIVE_INFINITY,
                new Sample("d", Map.of("e", "f")),
                -1e9));
  }
}
