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
 * Takes the current span along to other threads, so that what they do is part of the same trace.
 *
 * <p>Executors pass on the context in which a task is handed over; functions and tasks that are
 * wrapped one by one, that in which they are wrapped. On the other thread the context is current
 * while the task runs and what was current before is again afterwards, also after an exception.
 *
 * <p>All that is returned is as safe for use by several threads as what was given.
 *
 * @since 0.1
 */
public final class ContextPropagation {
  private ContextPropagation() {}

  /** Returns an executor whose tasks run with the context in which they were handed over. */
  public static Executor wrap(Executor executor) {
    requireNonNull(executor, "executor");
    return task -> executor.execute(wrap(task));
  }

  /**
   * Returns an executor whose tasks run with the context in which they were handed over. Shutting
   * it down or closing it does so to the executor given.
   */
  public static ExecutorService wrap(ExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextExecutorService
        ? executor
        : new ContextExecutorService(executor);
  }

  /**
   * Returns an executor whose tasks run with the context in which they were handed over. Shutting
   * it down or closing it does so to the executor given.
   *
   * <p>Tasks that are repeated run without: they outlive the request that began them, and its trace
   * would never end.
   */
  public static ScheduledExecutorService wrap(ScheduledExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextScheduledExecutorService
        ? executor
        : new ContextScheduledExecutorService(executor);
  }

  /**
   * Returns a factory whose threads run with the context in which they were made, all their life.
   * So it is for threads that are made for one task, virtual ones above all; for the threads of a
   * pool, wrap the pool.
   */
  public static ThreadFactory wrapThreadFactory(ThreadFactory factory) {
    requireNonNull(factory, "factory");
    return task -> factory.newThread(wrap(task));
  }

  /** Returns a task that runs with the context that is current now. */
  public static Runnable wrap(Runnable task) {
    requireNonNull(task, "task");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        task.run();
      }
    };
  }

  /** Returns a task that runs with the context that is current now. */
  public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
    requireNonNull(task, "task");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        return task.call();
      }
    };
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

  // Closed by the callers, all of them above.
  @SuppressWarnings("MustBeClosedChecker")
  private static Scope enter(Context context) {
    return LogContext.enter(context);
  }
}
