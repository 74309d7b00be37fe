/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

/** What the application throws. */
final class Failures {
  private Failures() {}

  /** Nothing is arranged for it. */
  static final class Plain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Plain() {
      super("planned");
    }
  }

  /** Worse than an exception. */
  static final class Grave extends Error {
    private static final long serialVersionUID = 1L;

    Grave() {
      super("planned");
    }
  }

  /** There is an error page for it. */
  static final class Paged extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** There is an error page for it, which sets another status. */
  static final class Repaired extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** There is an error page for it, which fails itself. */
  static final class Hopeless extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
