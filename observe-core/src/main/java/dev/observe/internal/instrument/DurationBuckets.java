/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

/** The bucket bounds of durations in the semantic conventions (http-metrics.md). */
public final class DurationBuckets {
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private DurationBuckets() {}

  /** Returns the upper bounds in seconds, without infinity; a new array at each call. */
  public static double[] seconds() {
    return SECONDS.clone();
  }
}
