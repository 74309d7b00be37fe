/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.io.IOException;

/** The connection of a measuring JVM to the one that started it. */
public final class Parent {
  private Parent() {}

  /** Ends this JVM when the parent closes our input or ends. */
  public static void awaitEnd() throws IOException {
    while (System.in.read() >= 0) {
      // The content does not matter.
    }
    Runtime.getRuntime().halt(0);
  }
}
