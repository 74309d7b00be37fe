/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

/** One way to record requests. */
interface Subject {
  /** Serves one request. */
  void serve(Exchange exchange) throws Exception;

  /** Returns how many sampled spans have ended. */
  long spans();

  /** Returns how many requests its metrics have counted. */
  double counted();
}
