/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import io.opentelemetry.api.trace.Tracer;

/** A way for spans to leave the process. */
interface Sender {
  Tracer tracer();

  /** Waits until what has ended is delivered or given up. */
  void flush();

  /** Starts one; each has classes that the others need not have. */
  static Sender start(String name, Receiving receiver) {
    return switch (name) {
      case "observe" -> new ObserveSender(receiver.endpoint(name));
      case "stock-jdk", "stock-okhttp" -> new StockSender(receiver.endpoint(name));
      case "none" -> new NoSender();
      default -> throw new IllegalArgumentException("sender must be known, was " + name);
    };
  }
}
