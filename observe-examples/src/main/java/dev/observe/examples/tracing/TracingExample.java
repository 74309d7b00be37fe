/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import dev.observe.Observe;
import dev.observe.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A trace of three spans: "outside", and two "inside" it that run in parallel.
 *
 * <p>Start a collector, run this, and look for the service "tracing". With the setting {@code
 * OTEL_TRACES_EXPORTER=console} the trace is printed instead.
 *
 * @since 0.1
 */
public final class TracingExample {
  private TracingExample() {}

  /**
   * Traces two pieces of work of one and two seconds.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    // This one line is the whole set-up. The end of the block sends the remaining spans; without a
    // block, the exit of the JVM does.
    try (Tracing tracing = Observe.initTracing("tracing")) {
      run(tracing.tracer(), Duration.ofSeconds(1), Duration.ofSeconds(2));
    }
  }

  static void run(Tracer tracer, Duration first, Duration second) {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Span outside = tracer.spanBuilder("outside").startSpan();
    try (Scope ignored = outside.makeCurrent()) {
      // The current span belongs to one thread; this passes it to the threads of the pool.
      Executor traced = Context.taskWrapping((Executor) threads);
      CompletableFuture.allOf(
              CompletableFuture.runAsync(() -> inside(tracer, 1, first), traced),
              CompletableFuture.runAsync(() -> inside(tracer, 2, second), traced))
          .join();
    } finally {
      outside.end();
      threads.shutdown();
    }
  }

  private static void inside(Tracer tracer, int number, Duration work) {
    Span inside = tracer.spanBuilder("inside").startSpan();
    try {
      TimeUnit.NANOSECONDS.sleep(work.toNanos());
      inside.setAttribute("sleep", "done");
      inside.setAttribute("go func", number);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inside.end();
    }
  }
}
