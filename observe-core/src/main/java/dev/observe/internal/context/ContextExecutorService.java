/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Passes every task, with the context of its submission, to another executor. */
public class ContextExecutorService implements ExecutorService {
  private final ExecutorService delegate;

  public ContextExecutorService(ExecutorService delegate) {
    this.delegate = delegate;
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

  // Both callers close the scope.
  @SuppressWarnings("MustBeClosedChecker")
  private static Scope enter(Context context) {
    return LogContext.enter(context);
  }

  @Override
  public final void execute(Runnable task) {
    delegate.execute(wrap(task));
  }

  @Override
  public final Future<?> submit(Runnable task) {
    return delegate.submit(wrap(task));
  }

  @Override
  public final <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
    return delegate.submit(wrap(task), result);
  }

  @Override
  public final <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return delegate.submit(wrap(task));
  }

  @Override
  public final <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    return delegate.invokeAll(wrapAll(tasks));
  }

  @Override
  public final <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    return delegate.invokeAll(wrapAll(tasks), timeout, unit);
  }

  @Override
  public final <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    return delegate.invokeAny(wrapAll(tasks));
  }

  @Override
  public final <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return delegate.invokeAny(wrapAll(tasks), timeout, unit);
  }

  private static <T extends @Nullable Object> List<Callable<T>> wrapAll(
      Collection<? extends Callable<T>> tasks) {
    List<Callable<T>> wrapped = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      wrapped.add(wrap(task));
    }
    return wrapped;
  }

  @Override
  public final void shutdown() {
    delegate.shutdown();
  }

  @Override
  public final List<Runnable> shutdownNow() {
    return delegate.shutdownNow();
  }

  @Override
  public final boolean isShutdown() {
    return delegate.isShutdown();
  }

  @Override
  public final boolean isTerminated() {
    return delegate.isTerminated();
  }

  @Override
  public final boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return delegate.awaitTermination(timeout, unit);
  }

  /**
   * Overrides {@code ExecutorService.close()} of JDK 19 and later: the default waits for the
   * termination, which the common pool, with its own {@code close}, never reaches.
   */
  public final void close() {
    if (!(delegate instanceof AutoCloseable closeable)) {
      delegate.shutdown();
      return;
    }
    try {
      closeable.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // No executor declares a checked exception.
      throw new IllegalStateException(e);
    }
  }
}
