/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last traces of one entry and latency band. Guarded by the lock of the store. */
final class Stratum {
  static final int MAX = 10;

  final Deque<StoredTrace> traces = new ArrayDeque<>(MAX);
}
