/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The thread that accepts the connections of a port, and by which other applications of the JVM
 * find the application that owns the port.
 *
 * <p>A list of the JVM's threads is the one place that all class loaders see and that keeps nothing
 * of an application that has ended. The thread starts before the port is bound, so that an
 * application that finds the port in use finds the thread too.
 */
final class AcceptorThread extends Thread
    implements Function<Map<String, Object>, Map<String, Object>> {
  private static final long MAX_START_SECONDS = 1;

  private final Runnable accept;
  private final CountDownLatch decided = new CountDownLatch(1);

  /** Answers with an empty map unless the port is bound here. */
  private volatile Function<Map<String, Object>, Map<String, Object>> onJoin = request -> Map.of();

  private volatile boolean bound;

  /**
   * Creates the thread.
   *
   * @param port the port as configured
   * @param accept accepts connections until the port is closed
   */
  AcceptorThread(int port, Runnable accept) {
    super(null, null, name(port), 0, false);
    this.accept = accept;
    setDaemon(true);
    // The thread must not keep the class loader of an undeployed application reachable.
    setContextClassLoader(null);
  }

  private static String name(int port) {
    return "observe-endpoint-" + port + "-acceptor";
  }

  @Override
  public void run() {
    try {
      decided.await();
      if (bound) {
        accept.run();
      }
    } catch (InterruptedException e) {
      // Only an end of the endpoint interrupts it.
    }
  }

  /** Starts to accept connections and applications. */
  void bound(int port, Function<Map<String, Object>, Map<String, Object>> join) {
    setName(name(port));
    onJoin = join;
    bound = true;
    decided.countDown();
  }

  /** Stops to accept applications; the thread ends with the port. */
  void closed() {
    onJoin = request -> Map.of();
    decided.countDown();
  }

  /** Called by applications of the JVM with a message of {@link PortProtocol}. */
  @Override
  public Map<String, Object> apply(Map<String, Object> request) {
    try {
      if (decided.await(MAX_START_SECONDS, TimeUnit.SECONDS)) {
        return onJoin.apply(request);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Map.of();
  }

  /** Returns the threads of all class loaders that accept, or are about to accept, on a port. */
  static List<Thread> find(int port) {
    ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
    while (group.getParent() != null) {
      group = group.getParent();
    }
    Thread[] threads = new Thread[group.activeCount() + 16];
    int count = group.enumerate(threads);
    while (count == threads.length) {
      threads = new Thread[threads.length * 2];
      count = group.enumerate(threads);
    }
    List<Thread> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // The name decides, because the class is another one in each class loader.
      if (threads[i].getName().equals(name(port)) && threads[i] instanceof Function<?, ?>) {
        found.add(threads[i]);
      }
    }
    return found;
  }

  /** Asks the application of a thread to serve the pages of this one. */
  @SuppressWarnings("unchecked") // The name of the thread decides the types.
  static Map<String, Object> join(Thread owner, Map<String, Object> request) {
    return ((Function<Map<String, Object>, Map<String, Object>>) owner).apply(request);
  }
}
