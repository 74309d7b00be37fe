/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

/** One way of measuring requests. */
interface Subject {
  /** Serves one request. */
  void serve(Exchange exchange) throws Exception;

  /** How many spans have ended with a sampled flag. */
  long spans();

  /** How many requests its metrics have counted. */
  double counted();
}
