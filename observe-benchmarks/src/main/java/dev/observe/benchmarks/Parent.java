/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.io.IOException;

/** What a JVM that measures knows of the one that started it. */
public final class Parent {
  private Parent() {}

  /** Waits until the parent closes our input or ends, and ends this JVM. */
  public static void awaitEnd() throws IOException {
    while (System.in.read() >= 0) {
      // It says nothing that matters.
    }
    Runtime.getRuntime().halt(0);
  }
}
