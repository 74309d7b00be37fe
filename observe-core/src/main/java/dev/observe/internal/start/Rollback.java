/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.util.FatalErrors;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes the resources of a start that failed, the last one first. */
final class Rollback {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Closes all; a resource that fails to close is recorded on the failure of the start. */
  void run(Throwable failure) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Throwable e) {
        FatalErrors.rethrow(e);
        failure.addSuppressed(e);
      }
    }
  }
}
