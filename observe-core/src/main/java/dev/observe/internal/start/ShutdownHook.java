/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

/** Closes a handle at the exit of the JVM. */
public final class ShutdownHook {
  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Adds a hook that runs {@code close}; without effect while the JVM exits. */
  public static ShutdownHook add(String name, Runnable close) {
    Thread thread = new Thread(close, name);
    thread.setContextClassLoader(null);
    try {
      Runtime.getRuntime().addShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM exits: the caller must close the handle.
    }
    return new ShutdownHook(thread);
  }

  /** Removes the hook, so that it does not keep the classes of the application loaded. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM exits: the hook runs, and the handle is closed already.
    }
  }
}
