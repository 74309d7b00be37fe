/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static dev.observe.testing.ExpectedSpan.child;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.testkit.Results;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObserveExtensionTest {
  /** A test class of a user, with tests that are expected to fail. */
  static class Users {
    @RegisterExtension
    final ObserveExtension observe = ObserveExtension.create(Duration.ofMillis(100));

    @Test
    void leavesSpanUnfinished() {
      Span unused = observe.tracing().tracer().spanBuilder("checkout").startSpan();
    }

    @Test
    void leavesTwoSpansUnfinishedAndThrows() {
      Span unused = observe.tracing().tracer().spanBuilder("first").startSpan();
      Span unusedToo = observe.tracing().tracer().spanBuilder("second").startSpan();
      throw new IllegalStateException("another failure");
    }

    @Test
    void endsItsSpans() {
      observe
          .assertThatRequest(
              () ->
                  observe.tracing().span("outer", () -> observe.tracing().span("inner", () -> {})))
          .hasSpanTree("outer", child("inner"));
    }
  }

  /** The span ends after the test method. */
  static class EndsOnAnotherThread {
    @RegisterExtension
    final ObserveExtension observe = ObserveExtension.create(Duration.ofSeconds(20));

    @Test
    void endsLate() {
      Span span = observe.tracing().tracer().spanBuilder("late").startSpan();
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(span::end);
    }
  }

  @Test
  void test_unfinishedSpan_fails() {
    Map<String, String> results = Results.of(Users.class);

    assertThat(results.get("leavesSpanUnfinished"))
        .startsWith(
            "Still open 100 ms after the test:\n"
                + "  the span \"checkout\" (INTERNAL), started by thread "
                + Thread.currentThread().getName()
                + "\n      at "
                + Users.class.getName()
                + ".leavesSpanUnfinished(ObserveExtensionTest.java:")
        .endsWith(
            "\nEnd each span and close each scope, best in a finally block or with"
                + " try (Scope scope = span.makeCurrent()).");
    assertThat(results)
        .containsEntry("leavesTwoSpansUnfinishedAndThrows", "another failure")
        .containsEntry("endsItsSpans", Results.PASSED);
  }

  @Test
  void test_spanEndsOnAnotherThread_isAwaited() {
    assertThat(Results.of(EndsOnAnotherThread.class)).isEqualTo(Map.of("endsLate", Results.PASSED));
  }

  /** A test class of a user with one server for all tests. */
  static class Shared {
    @RegisterExtension static final ObserveExtension observe = ObserveExtension.create();
    static final Set<Object> HANDLES = new HashSet<>();

    @Test
    void first() {
      counts();
    }

    @Test
    void second() {
      counts();
    }

    @Nested
    class Inner {
      @Test
      void third() {
        counts();
      }
    }

    static void counts() {
      HANDLES.add(observe.tracing());
      HANDLES.add(observe.metrics());
      observe
          .assertThatRequest(
              () ->
                  observe.tracing().span("count", () -> observe.metrics().counter("orders").inc()))
          .hasSpanTree("count")
          .changed("orders_total", 1);
      assertThat(observe.spans()).extracting(SpanData::getName).containsExactly("count");
    }
  }

  @Test
  void staticField_tests_shareHandlesButNotSpans() {
    Shared.HANDLES.clear();

    Map<String, String> results = Results.of(Shared.class);

    assertThat(results)
        .isEqualTo(
            Map.of("first", Results.PASSED, "second", Results.PASSED, "third", Results.PASSED));
    assertThat(Shared.HANDLES).hasSize(2);
  }

  @ExtendWith(ObserveExtension.class)
  static class WithParameters {
    @Test
    void areHandles(ObserveExtension observe, Tracing tracing, Metrics metrics) {
      assertThat(tracing).isSameAs(observe.tracing());
      assertThat(metrics).isSameAs(observe.metrics());
    }
  }

  @Test
  void parameters_areTheHandles() {
    assertThat(Results.of(WithParameters.class)).isEqualTo(Map.of("areHandles", Results.PASSED));
  }

  @Test
  void test_logHandler_isRemoved() {
    Handler[] before = Logger.getLogger("").getHandlers();

    Results.of(Users.class);

    assertThat(Logger.getLogger("").getHandlers()).isEqualTo(before);
  }

  @Test
  void create_negativeTimeout_throws() {
    assertThatThrownBy(() -> ObserveExtension.create(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout must not be negative, was PT-1S");
  }
}
