/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates the threads of this library. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** Returns a factory of daemons with numbered names. */
  public static ThreadFactory factory(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> newThread(name + "-" + count.incrementAndGet(), task);
  }

  /** Returns a daemon without a class loader, which a redeploy would leak. */
  public static Thread newThread(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }
}
