/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.load;

/** What came of the load on a server: how many answers, and how long they took. */
public record Load(
    long requests, double requestsPerSecond, double medianMicros, double p99Micros) {}
