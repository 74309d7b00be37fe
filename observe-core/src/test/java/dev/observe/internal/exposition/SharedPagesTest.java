/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.exposition.SharedPages.BusyException;
import dev.observe.internal.exposition.SharedPages.Lease;
import dev.observe.internal.exposition.SharedPages.NotMadeException;
import io.prometheus.metrics.config.EscapingScheme;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedPagesTest {
  private static final PageVariant ALL = variant();
  private static final long OLD = SharedPages.HOLD_NANOS + 1;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger made = new AtomicInteger();
  private final SharedPages pages = new SharedPages(this::make, clock::get);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private static PageVariant variant(String... names) {
    return new PageVariant(PageFormat.TEXT, EscapingScheme.DEFAULT, false, List.of(names));
  }

  private ByteChunks make(PageVariant variant) {
    ByteChunks bytes = new ByteChunks();
    bytes.write(made.incrementAndGet());
    return bytes;
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Whoever scrapes, changes a counter and scrapes again must see the change. */
  @Test
  void acquire_makesANewPageWhenTheLastIsDone() throws Exception {
    try (Lease first = pages.acquire(ALL, null);
        Lease second = pages.acquire(ALL, null)) {
      assertThat(second.bytes()).isNotSameAs(first.bytes());
    }
    assertThat(pages.live()).isZero();
  }

  @Test
  void P15_concurrentScrapes_shareThePageThatIsBeingMade() throws Exception {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedPages slow =
        new SharedPages(
            variant -> {
              making.countDown();
              awaitQuietly(go);
              return make(variant);
            },
            System::nanoTime);
    List<Thread> readers = new ArrayList<>();
    List<Lease> leases = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 21; i++) {
      Thread reader = new Thread(() -> leases.add(acquireQuietly(slow)));
      readers.add(reader);
      reader.start();
      making.await();
    }
    // All but the first wait for what that one makes.
    await()
        .until(
            () ->
                readers.stream()
                    .skip(1)
                    .allMatch(reader -> reader.getState() == Thread.State.TIMED_WAITING));
    go.countDown();
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(made.get()).isEqualTo(1);
    assertThat(leases).hasSize(21);
    leases.forEach(Lease::close);
    assertThat(slow.live()).isZero();
  }

  private static Lease acquireQuietly(SharedPages pages) {
    try {
      return pages.acquire(ALL, null);
    } catch (BusyException | NotMadeException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void acquire_withTwoPagesHeldSharesTheYoungerOne() throws Exception {
    pages.acquire(ALL, () -> {});
    clock.addAndGet(1);
    Lease second = pages.acquire(ALL, () -> {});

    Lease third = pages.acquire(ALL, () -> {});

    assertThat(third.bytes()).isSameAs(second.bytes());
    assertThat(made).hasValue(2);
  }

  @Test
  void acquire_withTwoOldPagesHeldCutsTheReadersOfTheOldest() throws Exception {
    List<String> cut = new ArrayList<>();
    pages.acquire(ALL, () -> cut.add("first"));
    clock.addAndGet(1);
    pages.acquire(ALL, () -> cut.add("second"));
    pages.acquire(ALL, () -> cut.add("third, shares the second"));
    clock.addAndGet(OLD);

    Lease fresh = pages.acquire(ALL, () -> cut.add("fresh"));

    assertThat(cut).containsExactly("first");
    assertThat(made).hasValue(3);
    assertThat(pages.live()).isEqualTo(2);
    fresh.close();
    assertThat(pages.live()).isEqualTo(1);
  }

  @Test
  void acquire_withReadersThatCannotBeCutSharesAStalePageForAWhile() throws Exception {
    pages.acquire(ALL, null);
    clock.addAndGet(1);
    Lease second = pages.acquire(ALL, null);
    clock.addAndGet(OLD);

    assertThat(pages.acquire(ALL, null).bytes()).isSameAs(second.bytes());
  }

  @Test
  void acquire_withoutAnyRoomIsRefusedInTime() throws Exception {
    SharedPages ticking = new SharedPages(this::make, () -> clock.addAndGet(OLD));
    ticking.acquire(ALL, null);
    ticking.acquire(ALL, null);

    assertThatThrownBy(() -> ticking.acquire(variant("other"), null))
        .isInstanceOf(BusyException.class);
  }

  /** Name filters come in any number; they must not take the place of the page itself. */
  @Test
  void acquire_filteredPagesGetOnePlaceOnly() throws Exception {
    List<String> cut = new ArrayList<>();
    pages.acquire(ALL, () -> cut.add("all"));
    pages.acquire(variant("a"), () -> cut.add("a"));
    clock.addAndGet(OLD);
    pages.acquire(variant("b"), () -> cut.add("b"));
    clock.addAndGet(OLD);
    pages.acquire(variant("c"), () -> cut.add("c"));

    assertThat(cut).containsExactly("a", "b");
    assertThat(pages.live()).isEqualTo(2);
  }

  @Test
  void acquire_waitsForAPlaceThatIsLeft() throws Exception {
    pages.acquire(ALL, null);
    Lease filtered = pages.acquire(variant("a"), null);
    Future<Lease> waiting = threads.submit(() -> pages.acquire(variant("b"), null));

    filtered.close();

    await().atMost(Duration.ofSeconds(5)).until(waiting::isDone);
    assertThat(waiting.get().bytes().size()).isEqualTo(1);
  }

  @Test
  void acquire_failureIsToldToTheMakerAndToThoseWhoWaited() throws Exception {
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedPages failing =
        new SharedPages(
            variant -> {
              making.countDown();
              awaitQuietly(go);
              throw new IllegalStateException("no page");
            },
            clock::get);
    Future<Lease> maker = threads.submit(() -> failing.acquire(ALL, null));
    making.await();
    Thread[] waiter = new Thread[1];
    Future<Lease> waiting =
        threads.submit(
            () -> {
              waiter[0] = Thread.currentThread();
              return failing.acquire(ALL, null);
            });
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> waiter[0] != null && waiter[0].getState() == Thread.State.TIMED_WAITING);
    go.countDown();

    assertThatThrownBy(maker::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NotMadeException.class);
    assertThat(failing.live()).isZero();
  }
}
