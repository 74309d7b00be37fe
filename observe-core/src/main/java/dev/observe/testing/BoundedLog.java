/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.util.ArrayList;
import java.util.List;

/** The first entries of a test, in order; further ones are dropped. Thread-safe. */
final class BoundedLog<T> {
  /** The limit protects the heap in load tests. */
  private static final int MAX_ENTRIES = 10_000;

  private final Object lock = new Object();
  private final List<T> entries = new ArrayList<>();

  void add(T entry) {
    synchronized (lock) {
      if (entries.size() < MAX_ENTRIES) {
        entries.add(entry);
      }
    }
  }

  void clear() {
    synchronized (lock) {
      entries.clear();
    }
  }

  int size() {
    synchronized (lock) {
      return entries.size();
    }
  }

  /** Returns the entries after the first {@code mark} ones. */
  List<T> since(int mark) {
    synchronized (lock) {
      return List.copyOf(entries.subList(Math.min(mark, entries.size()), entries.size()));
    }
  }
}
