/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** Median, least and most time of a benchmark's iterations, and the bytes allocated in each. */
record Measured(double median, double min, double max, double bytes) {
  static final Measured NONE = new Measured(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  static Measured of(RunResult result) {
    Statistics times = result.getPrimaryResult().getStatistics();
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Measured(
        times.getPercentile(50),
        times.getMin(),
        times.getMax(),
        allocated == null ? Double.NaN : allocated.getScore());
  }
}
