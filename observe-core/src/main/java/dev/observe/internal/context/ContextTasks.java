/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import static java.util.Objects.requireNonNull;

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

/** Wraps tasks so that they run with the context in which they were wrapped. */
// The overloads mirror those of ContextPropagation, where a lambda names its type.
@SuppressWarnings("overloads")
public final class ContextTasks {
  private ContextTasks() {}

  public static Executor wrap(Executor executor) {
    requireNonNull(executor, "executor");
    return task -> executor.execute(wrap(task));
  }

  public static ExecutorService wrap(ExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextExecutorService
        ? executor
        : new ContextExecutorService(executor);
  }

  public static ScheduledExecutorService wrap(ScheduledExecutorService executor) {
    requireNonNull(executor, "executor");
    return executor instanceof ContextScheduledExecutorService
        ? executor
        : new ContextScheduledExecutorService(executor);
  }

  public static ThreadFactory wrapThreadFactory(ThreadFactory factory) {
    requireNonNull(factory, "factory");
    return task -> factory.newThread(wrap(task));
  }

  public static Runnable wrap(Runnable task) {
    requireNonNull(task, "task");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        task.run();
      }
    };
  }

  public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
    requireNonNull(task, "task");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        return task.call();
      }
    };
  }

  public static <T extends @Nullable Object> Supplier<T> wrapSupplier(Supplier<T> supplier) {
    requireNonNull(supplier, "supplier");
    Context context = Context.current();
    return () -> {
      try (Scope scope = enter(context)) {
        return supplier.get();
      }
    };
  }

  public static <T extends @Nullable Object> Consumer<T> wrapConsumer(Consumer<T> consumer) {
    requireNonNull(consumer, "consumer");
    Context context = Context.current();
    return value -> {
      try (Scope scope = enter(context)) {
        consumer.accept(value);
      }
    };
  }

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
