/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

/** The exceptions of the application. */
final class Failures {
  private Failures() {}

  /** An exception without an error page. */
  static final class Plain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Plain() {
      super("planned");
    }
  }

  /** An error without an error page. */
  static final class Grave extends Error {
    private static final long serialVersionUID = 1L;

    Grave() {
      super("planned");
    }
  }

  /** An exception with an error page. */
  static final class Paged extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** An exception with an error page that sets another status. */
  static final class Repaired extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** An exception with an error page that a router finds. */
  static final class Routed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** An exception with an error page that fails. */
  static final class Hopeless extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
