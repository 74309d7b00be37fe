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
 * The processor time and the heap allocations of all threads that serve a request.
 *
 * <p>The JVM measures neither for virtual threads. A request that uses one has no value instead of
 * an incomplete one.
 */
final class ThreadCost {
  private static final long UNKNOWN = -1;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ReentrantLock lock = new ReentrantLock();

  /** The thread that is measured now; a nested enter on it is measured already. */
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
   * A lock, because an asynchronous request may enter one thread before it leaves another. It is
   * seldom contended, and cheap compared with two calls of the operating system.
   */
  boolean enter() {
    lock.lock();
    try {
      if (worker == Thread.currentThread()) {
        return false;
      }
      if (worker != null) {
        // Two threads at once: their costs cannot be separated.
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

  private static long sum(long soFar, long start, long end) {
    return start < 0 || end < start ? UNKNOWN : soFar + end - start;
  }

  private static long currentCpuNanos() {
    try {
      return THREADS.getCurrentThreadCpuTime();
    } catch (UnsupportedOperationException e) {
      // A virtual thread, or a JVM without this measurement.
      return UNKNOWN;
    }
  }

  private static long currentAllocatedBytes() {
    try {
      return THREADS instanceof com.sun.management.ThreadMXBean threads
          ? threads.getCurrentThreadAllocatedBytes()
          : UNKNOWN;
    } catch (UnsupportedOperationException | LinkageError e) {
      // A JVM without this measurement, or an image without the module jdk.management.
      return UNKNOWN;
    }
  }

  /** Returns the sum, or a negative number if it is unknown. */
  long cpuNanos() {
    lock.lock();
    try {
      return cpuNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the sum, or a negative number if it is unknown. */
  long allocatedBytes() {
    lock.lock();
    try {
      return allocatedBytes;
    } finally {
      lock.unlock();
    }
  }
}
