/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.Results;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs in separate JVMs, because the first use of OpenTelemetry's context matters. */
class LeakedScopesIT {
  /** Runs tests of a user that are expected to fail, and prints their results. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        System.out.println("used before: " + Context.current());
      }
      Results.of(Leaks.class).forEach((test, result) -> System.out.println(test + ": " + result));
    }
  }

  @SuppressWarnings("MustBeClosedChecker")
  @TestMethodOrder(MethodName.class)
  static class Leaks {
    @RegisterExtension
    static final ObserveExtension observe = ObserveExtension.create(Duration.ofMillis(500));

    private static Span span(String name) {
      Span span = observe.tracing().tracer().spanBuilder(name).startSpan();
      span.end();
      return span;
    }

    @Test
    void a_neverClosed() {
      Scope unused = span("outer").makeCurrent();
      Scope unusedToo = span("inner").makeCurrent();
    }

    @Test
    void b_nextTest() {
      assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void c_closedInWrongOrder() {
      Scope outer = span("outer").makeCurrent();
      Scope inner = span("inner").makeCurrent();
      outer.close();
      inner.close();
    }

    @Test
    void d_neverClosedByAnotherThread() throws InterruptedException {
      Span span = span("job");
      Thread worker = new Thread(span::makeCurrent, "worker");
      worker.start();
      worker.join();
    }

    @Test
    void e_closedByAnotherThread() throws InterruptedException {
      Scope scope = span("handed over").makeCurrent();
      Thread closer = new Thread(scope::close, "closer");
      closer.start();
      closer.join();
    }

    @Test
    void f_closedInTime() throws InterruptedException {
      CountDownLatch opened = new CountDownLatch(1);
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(
              () -> {
                try (Scope scope = span("late").makeCurrent()) {
                  opened.countDown();
                  new CompletableFuture<Void>()
                      .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                      .join();
                }
              });
      opened.await();
    }

    @Test
    void g_closed() {
      try (Scope scope = span("outer").makeCurrent();
          Scope alsoScope = span("inner").makeCurrent()) {
        assertThat(Context.current()).isNotSameAs(Context.root());
      }
    }
  }

  @Test
  void leaks_onAnyThread_areDetected() {
    try (ForkedJvm jvm = ForkedJvm.start(Main.class, Map.of())) {
      assertThat(jvm.awaitExit()).isZero();

      assertThat(jvm.output())
          .contains(
              "a_neverClosed: Still open 500 ms after the test:\n"
                  + "  the scope of \"inner\", opened by thread main\n"
                  + "      at "
                  + Leaks.class.getName()
                  + ".a_neverClosed(LeakedScopesIT.java:")
          .contains("  the scope of \"outer\", opened by thread main\n")
          .contains("b_nextTest: passed\n")
          .contains("c_closedInWrongOrder: Still open 500 ms after the test")
          .contains("  the scope of \"outer\" on the thread of the test, main: it was not closed")
          .contains("d_neverClosedByAnotherThread: Still open 500 ms after the test")
          .contains("  the scope of \"job\", opened by thread worker\n")
          .contains("e_closedByAnotherThread: Still open 500 ms after the test")
          .contains(
              "  the scope of \"handed over\", opened by thread main and closed by another"
                  + " thread, closer\n")
          .contains("f_closedInTime: passed\n")
          .contains("g_closed: passed\n")
          .doesNotContain("are not detected");
    }
  }

  /** The context cannot be wrapped any more, but the thread of the test is still checked. */
  @Test
  void leaks_contextUsedBefore_areDetectedOnTheTestThread() {
    try (ForkedJvm jvm = ForkedJvm.start(List.of(), Main.class, Map.of(), "before")) {
      assertThat(jvm.awaitExit()).isZero();

      assertThat(jvm.output())
          .containsOnlyOnce("Scopes that other threads leave open are not detected: ")
          .contains("a_neverClosed: Still open 500 ms after the test")
          .contains("  the scope of \"inner\" on the thread of the test, main: it was not closed")
          .contains("b_nextTest: passed\n")
          .contains("d_neverClosedByAnotherThread: passed\n")
          .contains("g_closed: passed\n");
    }
  }
}
