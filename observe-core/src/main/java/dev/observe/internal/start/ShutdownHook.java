/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

/** Closes a handle when the JVM exits before its owner did. */
public final class ShutdownHook {
  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Adds a hook that runs {@code close}; a JVM that is on its way out takes none. */
  public static ShutdownHook add(String name, Runnable close) {
    Thread thread = new Thread(close, name);
    thread.setContextClassLoader(null);
    try {
      Runtime.getRuntime().addShutdownHook(thread);
    } catch (IllegalStateException e) {
      // Exiting: whoever starts telemetry now must close it.
    }
    return new ShutdownHook(thread);
  }

  /** Takes the hook away, so that it does not keep the application's classes in memory. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // Exiting: it is running, or about to, and finds nothing left to do.
    }
  }
}
