/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages that are being rendered or read: at most two, for any number and kind of requests.
 *
 * <p>Safe for use by any number of threads. The lock is not held while a page is rendered or sent,
 * or while a reader is aborted.
 */
final class SharedPages {
  /*
   * If 200 clients read a page of 14 MB slowly, two pages must be in memory, not 200, and another
   * scrape must not wait for these clients.
   *
   * - A request for a page that is being rendered waits for it and shares it.
   * - A finished page is not shared while there is room for a new one: a client that scrapes,
   *   changes a counter and scrapes again sees the change.
   * - With two pages in memory, a page younger than HOLD is shared. If both are older, their readers
   *   are slow: the readers of the oldest page are aborted, and a new page is rendered.
   * - Readers behind another server (a servlet container) cannot be aborted: their page is shared
   *   until it is MAX_STALE old.
   * - Name filters allow any number of variants, so filtered pages get only one of the two places.
   *
   * Rejected: a limit in bytes (a small page is sent with one write to the socket), and pages that
   * are stored with gzip and inflated for each reader (CPU for every reader, and hostile variants
   * would still need a limit).
   */
  static final int MAX_LIVE = 2;
  static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  static final long MAX_STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The time a request waits for room, or for a page that another request renders. */
  static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Function<PageVariant, ByteChunks> renderer;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Page> live = new ArrayList<>();

  SharedPages(Function<PageVariant, ByteChunks> renderer, LongSupplier nanoClock) {
    this.renderer = renderer;
    this.nanoClock = nanoClock;
  }

  /**
   * Returns a page to read; the caller closes it after the last byte.
   *
   * @param abort aborts the reader; null if it cannot be aborted
   * @throws RequestRejectedException if there is no room in time, or if another request failed to
   *     render this page
   * @throws RuntimeException if the page cannot be rendered
   */
  Lease acquire(PageVariant variant, @Nullable Runnable abort)
      throws RequestRejectedException, InterruptedException {
    List<Runnable> aborts = new ArrayList<>();
    Lease lease;
    boolean first;
    lock.lockInterruptibly();
    try {
      long start = nanoClock.getAsLong();
      Page page = take(variant, aborts, start);
      while (page == null) {
        long now = nanoClock.getAsLong();
        if (now - start >= MAX_WAIT_NANOS) {
          throw RequestRejectedException.busy("Too many scrapes at once.");
        }
        changed.awaitNanos(POLL_NANOS);
        page = take(variant, aborts, nanoClock.getAsLong());
      }
      first = page.leases.isEmpty() && !page.done;
      lease = new Lease(page, abort);
      page.leases.add(lease);
    } finally {
      lock.unlock();
    }
    aborts.forEach(Runnable::run);
    try {
      if (first) {
        render(lease.page);
      } else {
        awaitRendered(lease.page);
      }
    } catch (Throwable e) {
      lease.close();
      throw e;
    }
    return lease;
  }

  int live() {
    lock.lock();
    try {
      return live.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns a page to share or to render, or null if neither is possible now. */
  private @Nullable Page take(PageVariant variant, List<Runnable> aborts, long now) {
    for (Page page : live) {
      if (!page.done && page.variant.equals(variant) && now - page.sinceNanos < MAX_WAIT_NANOS) {
        return page;
      }
    }
    boolean filteredTaken =
        variant.filtered() && live.stream().anyMatch(page -> page.variant.filtered());
    if (filteredTaken || live.size() >= MAX_LIVE) {
      Page young = finished(variant, now, HOLD_NANOS);
      if (young != null) {
        return young;
      }
      Page victim = victim(filteredTaken, now);
      if (victim == null) {
        return finished(variant, now, MAX_STALE_NANOS);
      }
      live.remove(victim);
      victim.leases.forEach(lease -> lease.addAbortTo(aborts));
    }
    Page page = new Page(variant, now);
    live.add(page);
    return page;
  }

  private @Nullable Page finished(PageVariant variant, long now, long maxAgeNanos) {
    return live.stream()
        .filter(page -> page.done && page.variant.equals(variant))
        .filter(page -> now - page.sinceNanos <= maxAgeNanos)
        .max(Comparator.comparingLong(page -> page.sinceNanos - now))
        .orElse(null);
  }

  private @Nullable Page victim(boolean filteredOnly, long now) {
    return live.stream()
        .filter(page -> page.done && now - page.sinceNanos > HOLD_NANOS)
        .filter(page -> page.variant.filtered() || !filteredOnly)
        .filter(page -> page.leases.stream().allMatch(lease -> lease.abort != null))
        .min(Comparator.comparingLong(page -> page.sinceNanos - now))
        .orElse(null);
  }

  private void render(Page page) {
    ByteChunks bytes = null;
    try {
      bytes = renderer.apply(page.variant);
    } finally {
      lock.lock();
      try {
        page.bytes = bytes;
        page.done = true;
        page.sinceNanos = nanoClock.getAsLong();
        if (bytes == null) {
          live.remove(page);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void awaitRendered(Page page) throws RequestRejectedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = MAX_WAIT_NANOS;
      while (!page.done) {
        if (left <= 0) {
          throw RequestRejectedException.busy("Too many scrapes at once.");
        }
        left = changed.awaitNanos(left);
      }
      if (page.bytes == null) {
        // The request that tried to render the page counts and logs the failure.
        throw new RequestRejectedException(500, "The page could not be rendered.");
      }
    } finally {
      lock.unlock();
    }
  }

  /** The fields that are not final are guarded by the lock. */
  private static final class Page {
    final PageVariant variant;
    final List<Lease> leases = new ArrayList<>();

    /** The start of rendering, or its end once the page is done. */
    long sinceNanos;

    boolean done;
    @Nullable ByteChunks bytes;

    Page(PageVariant variant, long sinceNanos) {
      this.variant = variant;
      this.sinceNanos = sinceNanos;
    }
  }

  /** The right of one reader to a page. */
  final class Lease implements AutoCloseable {
    private final Page page;
    private final @Nullable Runnable abort;

    private Lease(Page page, @Nullable Runnable abort) {
      this.page = page;
      this.abort = abort;
    }

    private void addAbortTo(List<Runnable> aborts) {
      if (abort != null) {
        aborts.add(abort);
      }
    }

    ByteChunks bytes() {
      lock.lock();
      try {
        return Objects.requireNonNull(page.bytes, "bytes");
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        page.leases.remove(this);
        if (page.leases.isEmpty() && page.done) {
          live.remove(page);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
