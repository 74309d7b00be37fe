/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import java.util.LinkedHashMap;
import java.util.Map;

/** The newest orders by number; thread-safe. */
final class Orders {
  private static final int MAX_KEPT = 1_000;

  private final Object lock = new Object();
  private final Map<String, String> byNumber = new LinkedHashMap<>();
  private long count;

  long add(String order) {
    synchronized (lock) {
      count++;
      byNumber.put(String.valueOf(count), order);
      if (byNumber.size() > MAX_KEPT) {
        byNumber.remove(byNumber.keySet().iterator().next());
      }
      return count;
    }
  }

  /** Returns the order with that number; empty if there is none. */
  String find(String number) {
    synchronized (lock) {
      return byNumber.getOrDefault(number, "");
    }
  }

  long count() {
    synchronized (lock) {
      return count;
    }
  }
}
