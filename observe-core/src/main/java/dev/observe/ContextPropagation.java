/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.context.ContextExecutorService;
import dev.observe.internal.context.ContextScheduledExecutorService;
import dev.observe.internal.context.LogContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes the current context to other threads, so that their spans belong to the same trace.
 *
 * <pre>{@code
 * ExecutorService pool = ContextPropagation.wrap(Executors.newFixedThreadPool(4));
 * pool.submit(() -> audit(order)); // its spans are children of the current span
 * }</pre>
 *
 * <p>A wrapped executor captures the context when a task is submitted; a wrapped task or function
 * captures it when it is wrapped. The context is current on the other thread while the task runs.
 * Then the thread's previous context is restored, also after an exception. With SLF4J on the class
 * path, {@code trace_id} and {@code span_id} in the MDC follow the context of a request.
 *
 * <p>All methods may be called by any thread. The returned objects are as thread-safe as the
 * wrapped ones. Every method throws {@link NullPointerException} if its argument is null.
 *
 * @since 0.1
 */
public final class ContextPropagation {
  private ContextPropagation() {}

  /** Returns an executor whose tasks run with the context of their submission. */
  public static Executor wrap(Executor executor) {
    requireNonNull(executor, "executor");
    return task -> executor.execute(wrap(task));
  }

  /**
   * Returns an executor whose tasks run with the context of their submission. Shutting down or
   * closing it shuts down or closes the wrapped executor.
   */
  public static ExecutorService wrap(ExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextExecutorService
        ? executor
        : new ContextExecutorService(executor);
  }

  /**
   * Returns an executor whose tasks run with the context of their submission. Shutting down or
   * closing it shuts down or closes the wrapped executor.
   *
   * <p>Repeated tasks run without the context: they outlive the request that scheduled them, and
   * its trace would never end.
   */
  public static ScheduledExecutorService wrap(ScheduledExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextScheduledExecutorService
        ? executor
        : new ContextScheduledExecutorService(executor);
  }

  /**
   * Returns a factory whose threads run with the context of their creation during their whole life.
   * Use it for threads that run one task, such as virtual threads; for a pool, wrap the pool.
   */
  public static ThreadFactory wrapThreadFactory(ThreadFactory factory) {
    requireNonNull(factory, "factory");
    return task -> factory.newThread(wrap(task));
  }

  /** Returns a task that runs with the context that is current now. */
  public static Runnable wrap(Runnable task) {
    return ContextExecutorService.wrap(task);
  }

  /** Returns a task that runs with the context that is current now. */
  public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
    return ContextExecutorService.wrap(task);
  }

  /** Returns a supplier that runs with the context that is current now. */
  public static <T extends @Nullable Object> Supplier<T> wrapSupplier(Supplier<T> supplier) {
    requireNonNull(supplier, "supplier");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        return supplier.get();
      }
    };
  }

  /** Returns a consumer that runs with the context that is current now. */
  public static <T extends @Nullable Object> Consumer<T> wrapConsumer(Consumer<T> consumer) {
    requireNonNull(consumer, "consumer");
    Context context = Context.current();
    return value -> {
      try (Scope scope = enter(context)) {
        consumer.accept(value);
      }
    };
  }

  /** Returns a function that runs with the context that is current now. */
  public static <T extends @Nullable Object, R extends @Nullable Object>
      Function<T, R> wrapFunction(Function<T, R> function) {
    requireNonNull(function, "function");
    Context context = Context.current();
    return value -> {
      try (Scope scope = enter(context)) {
        return function.apply(value);
      }
    };
  }

  // Every caller above closes the scope.
  @SuppressWarnings("MustBeClosedChecker")
  private static Scope enter(Context context) {
    return LogContext.enter(context);
  }
}
