/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits despite interrupts: data that was sent may have arrived, and a retry would duplicate it.
 */
public final class Uninterruptibly {
  private Uninterruptibly() {}

  /** Returns the result of a future, and restores the interrupt status if it was interrupted. */
  public static <T> T get(Future<T> future, long timeoutNanos)
      throws ExecutionException, TimeoutException {
    boolean interrupted = false;
    long start = System.nanoTime();
    try {
      while (true) {
        try {
          long left = timeoutNanos - (System.nanoTime() - start);
          return future.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
