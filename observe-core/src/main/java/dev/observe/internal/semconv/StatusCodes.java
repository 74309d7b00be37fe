/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

/**
 * Status codes as the objects that attributes and labels want, made once.
 *
 * <p>RFC 9110, 15: a status is a number from 100 to 599, of which an application may nevertheless
 * send any. A span says what was sent; where a value can become a series, all others are {@value
 * #OTHER}.
 */
public final class StatusCodes {
  /** As a method that is not known, and what the conventions fall back to for an error's type. */
  static final String OTHER = "_OTHER";

  /** In the place of a status that is none; 0 stands for a response that was not sent. */
  public static final int NONE = -1;

  private static final int MIN = 100;
  private static final int MAX = 599;
  private static final Long[] BOXED = new Long[MAX + 1];
  private static final String[] TEXT = new String[MAX + 1];

  static {
    for (int i = MIN; i <= MAX; i++) {
      BOXED[i] = Long.valueOf(i);
      TEXT[i] = Integer.toString(i);
    }
  }

  private StatusCodes() {}

  private static boolean isValid(int status) {
    return status >= MIN && status <= MAX;
  }

  /** Returns what was sent, whatever it is. */
  public static Long boxed(int status) {
    return isValid(status) ? BOXED[status] : Long.valueOf(status);
  }

  /** Returns one of 501 texts. */
  public static String text(int status) {
    return isValid(status) ? TEXT[status] : OTHER;
  }

  /** Returns the status that is counted: itself, or {@link #NONE} for all that are none. */
  public static int counted(int status) {
    return status == 0 || isValid(status) ? status : NONE;
  }
}
