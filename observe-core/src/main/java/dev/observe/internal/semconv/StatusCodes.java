/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

/**
 * Status codes as objects for attributes and labels, each created once.
 *
 * <p>RFC 9110, 15: a status is a number from 100 to 599, but an application may send any number. A
 * span contains the number that was sent; in a label, all invalid numbers are {@value #OTHER}.
 */
public final class StatusCodes {
  /** The same text as for an unknown method and error type. */
  static final String OTHER = "_OTHER";

  /** Replaces an invalid status; 0 means that no response was sent. */
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

  /** Returns the status, valid or not. */
  public static Long boxed(int status) {
    return isValid(status) ? BOXED[status] : Long.valueOf(status);
  }

  /** Returns one of 501 texts: a valid status, or {@value #OTHER}. */
  public static String text(int status) {
    return isValid(status) ? TEXT[status] : OTHER;
  }

  /** Returns a valid status or 0 unchanged, and {@link #NONE} for any other. */
  public static int counted(int status) {
    return status == 0 || isValid(status) ? status : NONE;
  }
}
