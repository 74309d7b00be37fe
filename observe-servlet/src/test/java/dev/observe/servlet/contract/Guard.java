/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import io.opentelemetry.context.Context;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A filter before those under test: counts requests and the threads within, and checks that a
 * thread arrives and leaves without a foreign context.
 */
final class Guard implements Filter {
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    DispatcherType type = request.getDispatcherType();
    inside.incrementAndGet();
    if (type == DispatcherType.REQUEST) {
      requests.incrementAndGet();
    }
    Context before = Context.current();
    boolean outermost = type != DispatcherType.FORWARD && type != DispatcherType.INCLUDE;
    if (outermost && type != DispatcherType.ERROR && before != Context.root()) {
      faults.add("a thread arrived with a context, for " + type);
    }
    try {
      chain.doFilter(request, response);
    } finally {
      if (Context.current() != before) {
        faults.add("a thread left with another context, for " + type);
      }
      if (hasSeveralAttributes(request)) {
        faults.add("more than one request attribute");
      }
      inside.decrementAndGet();
    }
  }

  private static boolean hasSeveralAttributes(ServletRequest request) {
    try {
      return Collections.list(request.getAttributeNames()).stream()
              .filter(name -> name.startsWith("dev.observe") || name.startsWith("io.opentelemetry"))
              .count()
          > 1;
    } catch (ConcurrentModificationException e) {
      // Another thread serves an asynchronous dispatch of the request already, and checks it.
      return false;
    }
  }

  /** Returns the number of requests, without dispatches. */
  int requests() {
    return requests.get();
  }

  boolean isQuiet() {
    return inside.get() == 0;
  }

  Queue<String> faults() {
    return faults;
  }
}
