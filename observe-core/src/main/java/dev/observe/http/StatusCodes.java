/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

/** Status codes as the objects that attributes and labels want, made once. */
final class StatusCodes {
  private static final int MAX = 600;
  private static final Long[] BOXED = new Long[MAX];
  private static final String[] TEXT = new String[MAX];

  static {
    for (int i = 0; i < MAX; i++) {
      BOXED[i] = Long.valueOf(i);
      TEXT[i] = Integer.toString(i);
    }
  }

  private StatusCodes() {}

  static Long boxed(int status) {
    return status >= 0 && status < MAX ? BOXED[status] : Long.valueOf(status);
  }

  static String text(int status) {
    return status >= 0 && status < MAX ? TEXT[status] : Integer.toString(status);
  }
}
