/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import org.jspecify.annotations.Nullable;

/**
 * The signals that are recorded, and the headers of the request.
 *
 * @param metrics whether requests are counted and timed
 * @param tracing whether requests get spans
 * @param sampled whether the spans are sampled
 * @param parent the incoming trace headers, as {@link RequestData} names them; null for none
 */
record Scenario(boolean metrics, boolean tracing, boolean sampled, @Nullable String parent) {
  /**
   * Reads a name such as {@code both-sampled}, {@code metrics} or {@code tracing-unsampled-parent}.
   */
  static Scenario parse(String name) {
    boolean metrics = !name.startsWith("tracing");
    boolean tracing = !name.startsWith("metrics");
    boolean sampled = tracing && !name.contains("unsampled");
    String parent = name.endsWith("-parent") ? (sampled ? "sampled" : "unsampled") : null;
    return new Scenario(metrics, tracing, sampled, parent);
  }
}
