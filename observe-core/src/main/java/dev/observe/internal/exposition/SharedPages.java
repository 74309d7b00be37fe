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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages that are being made or read at this moment: at most two, whatever callers ask for.
 *
 * <p>Safe for use by any number of threads; no page is made, sent or cut under its lock.
 */
final class SharedPages {
  /*
   * A page of 14 MB read slowly by 200 clients must cost two pages, not 200, and a scrape that comes
   * then must not wait for them.
   *
   * - A request that comes while its page is being made waits for it and shares it.
   * - A page that is made is not handed out again as long as there is room for a new one: whoever
   *   scrapes, changes a counter and scrapes again sees the change.
   * - With two pages taken, one that is younger than HOLD is handed out. When both are older, their
   *   readers are not of the quick kind: those of the oldest are cut off and a new page is made.
   * - Readers behind another server (a servlet container) cannot be cut off: then the page they hold
   *   is handed out until it is MAX_STALE old.
   * - A name filter makes any number of variants, so filtered pages get one of the two places only.
   *
   * Lost: a budget in bytes (a small page does not outlive one write to the socket anyway), and
   * keeping pages gzipped and inflating them for each reader (CPU for every reader, and hostile
   * variants would still need a bound).
   */
  static final int MAX_LIVE = 2;
  static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  static final long MAX_STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long a request waits for room, or for the page that another one is making. */
  static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Makes the bytes of a page. */
  interface Maker {
    ByteChunks make(PageVariant variant);
  }

  private final Maker maker;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Page> live = new ArrayList<>();

  SharedPages(Maker maker, LongSupplier nanoClock) {
    this.maker = maker;
    this.nanoClock = nanoClock;
  }

  /**
   * A page to read, to be closed after the last byte.
   *
   * @param cut ends the reader at once; null if it cannot be ended
   * @throws BusyException if there was no room in time
   * @throws NotMadeException if another request tried to make this page and failed
   * @throws RuntimeException if the page could not be made
   */
  Lease acquire(PageVariant variant, @Nullable Runnable cut)
      throws BusyException, NotMadeException, InterruptedException {
    List<Runnable> cuts = new ArrayList<>();
    Lease lease;
    boolean mine;
    lock.lockInterruptibly();
    try {
      long start = nanoClock.getAsLong();
      Page page = take(variant, cuts, start);
      while (page == null) {
        long now = nanoClock.getAsLong();
        if (now - start >= MAX_WAIT_NANOS) {
          throw new BusyException();
        }
        changed.awaitNanos(POLL_NANOS);
        page = take(variant, cuts, nanoClock.getAsLong());
      }
      mine = page.leases.isEmpty() && !page.done;
      lease = new Lease(page, cut);
      page.leases.add(lease);
    } finally {
      lock.unlock();
    }
    cuts.forEach(Runnable::run);
    try {
      if (mine) {
        make(lease.page);
      } else {
        awaitMade(lease.page);
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

  /** A page to share or to make; null if neither is possible now. */
  private @Nullable Page take(PageVariant variant, List<Runnable> cuts, long now) {
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
      victim.leases.forEach(lease -> lease.addCutTo(cuts));
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
        .filter(page -> page.leases.stream().allMatch(lease -> lease.cut != null))
        .min(Comparator.comparingLong(page -> page.sinceNanos - now))
        .orElse(null);
  }

  private void make(Page page) {
    ByteChunks bytes = null;
    try {
      bytes = maker.make(page.variant);
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

  private void awaitMade(Page page) throws BusyException, NotMadeException, InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = MAX_WAIT_NANOS;
      while (!page.done) {
        if (left <= 0) {
          throw new BusyException();
        }
        left = changed.awaitNanos(left);
      }
      if (page.bytes == null) {
        throw new NotMadeException();
      }
    } finally {
      lock.unlock();
    }
  }

  /** All fields that change are guarded by the lock. */
  private static final class Page {
    final PageVariant variant;
    final List<Lease> leases = new ArrayList<>();

    /** When it was begun and, once done, when it was done. */
    long sinceNanos;

    boolean done;
    @Nullable ByteChunks bytes;

    Page(PageVariant variant, long sinceNanos) {
      this.variant = variant;
      this.sinceNanos = sinceNanos;
    }
  }

  /** One reader of a page. */
  final class Lease implements AutoCloseable {
    private final Page page;
    private final @Nullable Runnable cut;

    private Lease(Page page, @Nullable Runnable cut) {
      this.page = page;
      this.cut = cut;
    }

    private void addCutTo(List<Runnable> cuts) {
      if (cut != null) {
        cuts.add(cut);
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

  /** There was no room for one more page. */
  static final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super(null, null, false, false);
    }
  }

  /** The page that this request wanted to share failed in the hands of the one that made it. */
  static final class NotMadeException extends Exception {
    private static final long serialVersionUID = 1L;

    NotMadeException() {
      super(null, null, false, false);
    }
  }
}
