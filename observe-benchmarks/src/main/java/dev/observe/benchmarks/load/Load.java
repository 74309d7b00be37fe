/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.load;

/** The result of a run: the number of responses and their durations. */
public record Load(
    long requests, double requestsPerSecond, double medianMicros, double p99Micros) {}
