/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.exposition.SharedPages.Lease;
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
  private final AtomicInteger rendered = new AtomicInteger();
  private final SharedPages pages = new SharedPages(this::render, clock::get);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private static PageVariant variant(String... names) {
    return new PageVariant(PageFormat.TEXT, Escaping.DEFAULT, false, List.of(names));
  }

  private ByteChunks render(PageVariant variant) {
    ByteChunks bytes = new ByteChunks();
    bytes.write(rendered.incrementAndGet());
    return bytes;
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** A client that scrapes, changes a counter and scrapes again must see the change. */
  @Test
  void acquire_lastPageIsDone_rendersANewOne() throws Exception {
    try (Lease first = pages.acquire(ALL, null);
        Lease second = pages.acquire(ALL, null)) {
      assertThat(second.bytes()).isNotSameAs(first.bytes());
    }
    assertThat(pages.live()).isZero();
  }

  @Test
  void P15_acquire_pageIsBeingRendered_sharesIt() throws Exception {
    CountDownLatch rendering = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedPages slow =
        new SharedPages(
            variant -> {
              rendering.countDown();
              awaitQuietly(go);
              return render(variant);
            },
            System::nanoTime);
    List<Thread> readers = new ArrayList<>();
    List<Lease> leases = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 21; i++) {
      Thread reader = new Thread(() -> leases.add(acquireQuietly(slow)));
      readers.add(reader);
      reader.start();
      rendering.await();
    }
    // All but the first wait for the page of the first.
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

    assertThat(rendered.get()).isEqualTo(1);
    assertThat(leases).hasSize(21);
    leases.forEach(Lease::close);
    assertThat(slow.live()).isZero();
  }

  private static Lease acquireQuietly(SharedPages pages) {
    try {
      return pages.acquire(ALL, null);
    } catch (RequestRejectedException e) {
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
  void acquire_twoPagesAreRead_sharesTheYoungerOne() throws Exception {
    pages.acquire(ALL, () -> {});
    clock.addAndGet(1);
    Lease second = pages.acquire(ALL, () -> {});

    Lease third = pages.acquire(ALL, () -> {});

    assertThat(third.bytes()).isSameAs(second.bytes());
    assertThat(rendered).hasValue(2);
  }

  @Test
  void acquire_twoOldPagesAreRead_abortsTheReadersOfTheOldest() throws Exception {
    List<String> aborted = new ArrayList<>();
    pages.acquire(ALL, () -> aborted.add("first"));
    clock.addAndGet(1);
    pages.acquire(ALL, () -> aborted.add("second"));
    pages.acquire(ALL, () -> aborted.add("third, shares the second"));
    clock.addAndGet(OLD);

    Lease fresh = pages.acquire(ALL, () -> aborted.add("fresh"));

    assertThat(aborted).containsExactly("first");
    assertThat(rendered).hasValue(3);
    assertThat(pages.live()).isEqualTo(2);
    fresh.close();
    assertThat(pages.live()).isEqualTo(1);
  }

  @Test
  void acquire_readersCannotBeAborted_sharesAStalePage() throws Exception {
    pages.acquire(ALL, null);
    clock.addAndGet(1);
    Lease second = pages.acquire(ALL, null);
    clock.addAndGet(OLD);

    assertThat(pages.acquire(ALL, null).bytes()).isSameAs(second.bytes());
  }

  @Test
  void acquire_noRoom_failsAtTheTimeout() throws Exception {
    SharedPages ticking = new SharedPages(this::render, () -> clock.addAndGet(OLD));
    ticking.acquire(ALL, null);
    ticking.acquire(ALL, null);

    assertThatThrownBy(() -> ticking.acquire(variant("other"), null))
        .isInstanceOf(RequestRejectedException.class)
        .hasMessage("Too many scrapes at once.");
  }

  /** Any number of name filters must not evict the page without a filter. */
  @Test
  void acquire_filteredPages_getOnePlaceOnly() throws Exception {
    List<String> aborted = new ArrayList<>();
    pages.acquire(ALL, () -> aborted.add("all"));
    pages.acquire(variant("a"), () -> aborted.add("a"));
    clock.addAndGet(OLD);
    pages.acquire(variant("b"), () -> aborted.add("b"));
    clock.addAndGet(OLD);
    pages.acquire(variant("c"), () -> aborted.add("c"));

    assertThat(aborted).containsExactly("a", "b");
    assertThat(pages.live()).isEqualTo(2);
  }

  @Test
  void acquire_noRoom_waitsUntilAReaderCloses() throws Exception {
    pages.acquire(ALL, null);
    Lease filtered = pages.acquire(variant("a"), null);
    Future<Lease> waiting = threads.submit(() -> pages.acquire(variant("b"), null));

    filtered.close();

    await().atMost(Duration.ofSeconds(5)).until(waiting::isDone);
    assertThat(waiting.get().bytes().size()).isEqualTo(1);
  }

  @Test
  void acquire_renderingFails_throwsForTheRendererAndTheWaiters() throws Exception {
    CountDownLatch rendering = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedPages failing =
        new SharedPages(
            variant -> {
              rendering.countDown();
              awaitQuietly(go);
              throw new IllegalStateException("no page");
            },
            clock::get);
    Future<Lease> renderer = threads.submit(() -> failing.acquire(ALL, null));
    rendering.await();
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

    assertThatThrownBy(renderer::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(RequestRejectedException.class)
        .hasMessage("The page could not be rendered.");
    assertThat(failing.live()).isZero();
  }
}
