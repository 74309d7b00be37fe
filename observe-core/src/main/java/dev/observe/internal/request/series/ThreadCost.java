/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the threads that work for a request cost while they do, together: processor time and heap.
 *
 * <p>The JVM knows neither of a virtual thread. A request that one works for has no figure, rather
 * than the figure of the rest.
 */
final class ThreadCost {
  private static final long UNKNOWN = -1;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that is counted now: what it enters again is counted already. */
  private @Nullable Thread worker;

  private long cpuAtStart;
  private long heapAtStart;
  private long cpuNanos;
  private long allocatedBytes;

  ThreadCost(boolean cpuWanted, boolean heapWanted) {
    this.cpuNanos = cpuWanted ? 0 : UNKNOWN;
    this.allocatedBytes = heapWanted ? 0 : UNKNOWN;
  }

  /*
   * A lock, as an asynchronous request may be entered on one thread before it is left on another.
   * Nobody else ever waits for it, and it is little beside asking the operating system twice.
   */
  boolean enter() {
    lock.lock();
    try {
      if (worker == Thread.currentThread()) {
        return false;
      }
      if (worker != null) {
        // Two at once: what the first costs from here on would be mixed with this one's.
        forget();
        return false;
      }
      worker = Thread.currentThread();
      cpuAtStart = cpuNanos < 0 ? UNKNOWN : currentCpuNanos();
      heapAtStart = allocatedBytes < 0 ? UNKNOWN : currentAllocatedBytes();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      worker = null;
      if (allocatedBytes >= 0) {
        allocatedBytes = sum(allocatedBytes, heapAtStart, currentAllocatedBytes());
      }
      if (cpuNanos >= 0) {
        cpuNanos = sum(cpuNanos, cpuAtStart, currentCpuNanos());
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    cpuNanos = UNKNOWN;
    allocatedBytes = UNKNOWN;
  }

  private static long sum(long sofar, long start, long end) {
    return start < 0 || end < start ? UNKNOWN : sofar + end - start;
  }

  private static long currentCpuNanos() {
    try {
      return THREADS.getCurrentThreadCpuTime();
    } catch (UnsupportedOperationException e) {
      // A virtual thread, or a JVM that cannot tell.
      return UNKNOWN;
    }
  }

  private static long currentAllocatedBytes() {
    try {
      return THREADS instanceof com.sun.management.ThreadMXBean threads
          ? threads.getCurrentThreadAllocatedBytes()
          : UNKNOWN;
    } catch (UnsupportedOperationException | LinkageError e) {
      // A JVM that cannot tell, or an image without the module jdk.management.
      return UNKNOWN;
    }
  }

  /** Returns the sum, or a negative number when it is not known. */
  long cpuNanos() {
    lock.lock();
    try {
      return cpuNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the sum, or a negative number when it is not known. */
  long allocatedBytes() {
    lock.lock();
    try {
      return allocatedBytes;
    } finally {
      lock.unlock();
    }
  }
}
