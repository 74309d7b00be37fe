/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.context.ContextExecutorService;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextPropagationTest {
  private static final ContextKey<String> KEY = ContextKey.named("request");
  private static final int THREADS = 2;

  private final ScheduledExecutorService pool = Executors.newScheduledThreadPool(THREADS);

  private static @Nullable String current() {
    return Context.current().get(KEY);
  }

  private static <T> T in(String request, Callable<T> action) throws Exception {
    try (Scope scope = Context.current().with(KEY, request).makeCurrent()) {
      return action.call();
    }
  }

  /** No test leaves a context on a thread of the pool or on its own thread. */
  @AfterEach
  void P19_noContextIsLeft() throws Exception {
    CyclicBarrier all = new CyclicBarrier(THREADS);
    List<Future<Context>> left = new ArrayList<>();
    if (!pool.isShutdown()) {
      for (int i = 0; i < THREADS; i++) {
        left.add(
            pool.submit(
                () -> {
                  // Blocks the thread until every thread has one of these tasks.
                  all.await(10, TimeUnit.SECONDS);
                  return Context.current();
                }));
      }
    }
    for (Future<Context> context : left) {
      assertThat(context.get(10, TimeUnit.SECONDS)).isSameAs(Context.root());
    }
    pool.shutdownNow();
    assertThat(Context.current()).isSameAs(Context.root());
    assertThat(ContextStorage.get()).isInstanceOf(AutoCloseable.class);
    // Strict storage throws here if any scope was not closed.
    assertThatCode(((AutoCloseable) ContextStorage.get())::close).doesNotThrowAnyException();
  }

  @Test
  void executor_task_runsWithContextOfSubmission() throws Exception {
    Executor executor = ContextPropagation.wrap((Executor) pool);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();

    in("a", () -> execute(executor, first));
    in("b", () -> execute(executor, second));

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("b");
  }

  private static boolean execute(Executor executor, CompletableFuture<String> seen) {
    executor.execute(() -> seen.complete(current()));
    return true;
  }

  @Test
  void executorService_everySubmitMethod_passesContext() throws Exception {
    ExecutorService executor = ContextPropagation.wrap((ExecutorService) pool);
    CompletableFuture<String> seen = new CompletableFuture<>();
    CompletableFuture<String> seenWithResult = new CompletableFuture<>();
    List<Callable<@Nullable String>> tasks =
        List.of(ContextPropagationTest::current, ContextPropagationTest::current);

    List<Future<@Nullable String>> futures = new ArrayList<>();
    in("a", () -> execute(executor, seen));
    futures.add(in("a", () -> executor.submit(ContextPropagationTest::current)));
    futures.addAll(in("a", () -> executor.invokeAll(tasks)));
    futures.addAll(in("a", () -> executor.invokeAll(tasks, 10, TimeUnit.SECONDS)));
    Future<String> done =
        in("a", () -> executor.submit(() -> seenWithResult.complete(current()), "done"));

    for (Future<@Nullable String> future : futures) {
      assertThat(future.get()).isEqualTo("a");
    }
    assertThat(futures).hasSize(5);
    assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(done.get()).isEqualTo("done");
    assertThat(seenWithResult).isCompletedWithValue("a");
    assertThat(in("b", () -> executor.invokeAny(tasks))).isEqualTo("b");
    assertThat(in("c", () -> executor.invokeAny(tasks, 10, TimeUnit.SECONDS))).isEqualTo("c");
  }

  @Test
  void executorService_failingTask_restoresContextAndReportsFailure() {
    ExecutorService executor = ContextPropagation.wrap((ExecutorService) pool);
    IllegalStateException failure = new IllegalStateException("task");

    assertThatThrownBy(
            () -> {
              Callable<String> task =
                  () -> {
                    throw failure;
                  };
              in("a", () -> executor.submit(task)).get();
            })
        .isInstanceOf(ExecutionException.class)
        .hasCause(failure);
  }

  @Test
  void scheduledExecutorService_delayedTask_runsWithContextOfSubmission() throws Exception {
    ScheduledExecutorService executor = ContextPropagation.wrap(pool);
    CompletableFuture<String> seen = new CompletableFuture<>();

    ScheduledFuture<@Nullable String> later =
        in("a", () -> executor.schedule(ContextPropagationTest::current, 1, TimeUnit.MILLISECONDS));
    in(
        "b",
        () -> executor.schedule(() -> seen.complete(current()), 1, TimeUnit.MILLISECONDS).get());

    assertThat(later.get()).isEqualTo("a");
    assertThat(seen).isCompletedWithValue("b");
  }

  @Test
  void scheduledExecutorService_repeatedTask_runsWithoutContext() throws Exception {
    ScheduledExecutorService executor = ContextPropagation.wrap(pool);
    List<Context> seen = new ArrayList<>();
    CountDownLatch runs = new CountDownLatch(2);
    Runnable task =
        () -> {
          synchronized (seen) {
            seen.add(Context.current());
          }
          runs.countDown();
        };

    in("a", () -> executor.scheduleAtFixedRate(task, 0, 1, TimeUnit.HOURS));
    in("a", () -> executor.scheduleWithFixedDelay(task, 0, 1, TimeUnit.HOURS));

    assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
    synchronized (seen) {
      assertThat(seen).containsOnly(Context.root());
    }
  }

  @Test
  void executorService_wrappedTwice_isSame() {
    ExecutorService once = ContextPropagation.wrap((ExecutorService) pool);
    ScheduledExecutorService onceScheduled = ContextPropagation.wrap(pool);

    assertThat(ContextPropagation.wrap(once)).isSameAs(once);
    assertThat(ContextPropagation.wrap(onceScheduled)).isSameAs(onceScheduled);
  }

  @Test
  void executorService_shutdown_shutsDownDelegate() throws Exception {
    ExecutorService executor = ContextPropagation.wrap((ExecutorService) pool);
    assertThat(executor.isShutdown()).isFalse();

    executor.shutdown();

    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.isShutdown()).isTrue();
    assertThat(executor.isShutdown()).isTrue();
    assertThat(executor.isTerminated()).isTrue();
    assertThat(executor.shutdownNow()).isEmpty();
  }

  /** On JDK 19 and later a try block calls this method. */
  @Test
  void close_delegate_isShutDown() {
    new ContextExecutorService(pool).close();

    assertThat(pool.isShutdown()).isTrue();
  }

  /** The default of JDK 19 and later would wait here until the JVM ends. */
  @Test
  void close_commonPool_returns() {
    new ContextExecutorService(ForkJoinPool.commonPool()).close();

    assertThat(ForkJoinPool.commonPool().isShutdown()).isFalse();
  }

  @Test
  void close_closeableDelegate_isClosedAndFailureThrown() {
    IllegalStateException failure = new IllegalStateException("close");

    assertThatThrownBy(() -> new ContextExecutorService(new Unclosable(failure)).close())
        .isSameAs(failure);
  }

  /** An executor with its own close method, on any JDK. */
  private static final class Unclosable extends ForkJoinPool implements AutoCloseable {
    private final RuntimeException failure;

    Unclosable(RuntimeException failure) {
      super(1);
      this.failure = failure;
    }

    @Override
    public void close() {
      shutdown();
      throw failure;
    }
  }

  @Test
  void threadFactory_thread_runsWithContextOfCreation() throws Exception {
    ThreadFactory factory = ContextPropagation.wrapThreadFactory(Executors.defaultThreadFactory());
    CompletableFuture<String> seen = new CompletableFuture<>();

    Thread thread = in("a", () -> factory.newThread(() -> seen.complete(current())));
    in("b", () -> start(thread));

    assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("a");
    thread.join();
  }

  private static boolean start(Thread thread) {
    thread.start();
    return true;
  }

  @Test
  void functions_run_withContextOfWrapping() throws Exception {
    List<@Nullable String> seen = new ArrayList<>();
    Runnable runnable =
        in("a", () -> ContextPropagation.wrap((Runnable) () -> seen.add(current())));
    Callable<@Nullable String> callable =
        in("b", () -> ContextPropagation.wrap(ContextPropagationTest::current));
    Supplier<@Nullable String> supplier =
        in("c", () -> ContextPropagation.wrapSupplier(ContextPropagationTest::current));
    Consumer<String> consumer =
        in("d", () -> ContextPropagation.wrapConsumer(text -> seen.add(text + current())));
    Function<String, String> function =
        in("e", () -> ContextPropagation.wrapFunction(text -> text + current()));

    runnable.run();
    seen.add(callable.call());
    seen.add(in("other", supplier::get));
    consumer.accept("to ");
    seen.add(function.apply("of "));

    assertThat(seen).containsExactly("a", "b", "c", "to d", "of e");
  }

  @Test
  void wrap_exception_restoresPreviousContext() throws Exception {
    AssertionError failure = new AssertionError("task");
    Runnable task =
        in(
            "a",
            () ->
                ContextPropagation.wrap(
                    (Runnable)
                        () -> {
                          throw failure;
                        }));

    in(
        "b",
        () -> {
          assertThatThrownBy(task::run).isSameAs(failure);
          assertThat(current()).isEqualTo("b");
          return true;
        });
  }

  @Test
  void wrap_manyConcurrentTasks_eachHasOwnContext() throws Exception {
    ExecutorService executor = ContextPropagation.wrap((ExecutorService) pool);
    List<Future<@Nullable String>> seen = new ArrayList<>();

    for (int i = 0; i < 10_000; i++) {
      seen.add(in("r" + i, () -> executor.submit(ContextPropagationTest::current)));
    }

    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i).get()).isEqualTo("r" + i);
    }
  }

  @Test
  void wrap_null_throws() {
    assertThatThrownBy(() -> ContextPropagation.wrap((Runnable) nothing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("task");
    assertThatThrownBy(() -> ContextPropagation.wrap((ExecutorService) nothing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("executor");
  }

  @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
  private static <T> T nothing() {
    return null;
  }
}
