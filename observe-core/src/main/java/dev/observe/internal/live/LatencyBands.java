/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import java.util.Arrays;
import java.util.List;

/** The latency bands of the traces, by their upper bounds in milliseconds. */
final class LatencyBands {
  private static final double[] UPPER_MILLIS = {10, 50, 100, 500, 1_000, 5_000};

  private LatencyBands() {}

  static int of(double millis) {
    int band = 0;
    while (band < UPPER_MILLIS.length && millis >= UPPER_MILLIS[band]) {
      band++;
    }
    return band;
  }

  static int count() {
    return UPPER_MILLIS.length + 1;
  }

  /** Returns the upper bounds; the last band has none. */
  static List<Double> bounds() {
    return Arrays.stream(UPPER_MILLIS).boxed().toList();
  }
}
