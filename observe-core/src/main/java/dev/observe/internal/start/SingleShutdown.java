/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.ShutdownReport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shuts a handle down once, for a caller or at the exit of the JVM. */
public final class SingleShutdown {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Thread hook;
  private @Nullable ShutdownReport report;

  /** Runs the first shutdown; concurrent and later calls wait for it and return its report. */
  public ShutdownReport run(Supplier<ShutdownReport> shutdown) {
    lock.lock();
    try {
      ShutdownReport done = report;
      if (done == null) {
        done = shutdown.get();
        removeHook();
        report = done;
      }
      return done;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a hook that runs {@code close} at the exit of the JVM; without effect while it exits. */
  public void atExit(String threadName, Runnable close) {
    Thread thread = new Thread(close, threadName);
    thread.setContextClassLoader(null);
    try {
      Runtime.getRuntime().addShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM exits: the caller must close the handle.
    }
    hook = thread;
  }

  /** The hook would keep the classes of the application loaded. */
  private void removeHook() {
    Thread added = hook;
    if (added != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(added);
      } catch (IllegalStateException e) {
        // The JVM exits: the hook runs, and the handle is closed already.
      }
    }
  }
}
