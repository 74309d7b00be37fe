/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.util.Arrays;

/** The median, least and most of several measurements. */
record Sample(double median, double min, double max) {
  static final Sample NONE = new Sample(Double.NaN, Double.NaN, Double.NaN);

  static Sample of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    return new Sample(
        (sorted[(count - 1) / 2] + sorted[count / 2]) / 2, sorted[0], sorted[count - 1]);
  }

  /** Returns the differences between the values of each turn. */
  static Sample difference(double[] values, double[] than) {
    double[] more = new double[values.length];
    Arrays.setAll(more, i -> values[i] - than[i]);
    return of(more);
  }

  /** Returns the ratios between the values of each turn. */
  static Sample ratio(double[] values, double[] of) {
    double[] ratios = new double[values.length];
    Arrays.setAll(ratios, i -> values[i] / of[i]);
    return of(ratios);
  }

  String text() {
    return Table.number(median) + " (" + Table.number(min) + "–" + Table.number(max) + ")";
  }

  /** Returns the text with one more digit, for values close to one. */
  String exact() {
    return String.format(java.util.Locale.ROOT, "%.3f (%.3f–%.3f)", median, min, max);
  }
}
