/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import io.opentelemetry.api.trace.Tracer;

/** A way to export spans. */
interface Sender {
  Tracer tracer();

  /** Waits until every ended span is delivered or dropped. */
  void flush();

  /** Starts the sender with that name; each needs classes that the others do not. */
  static Sender start(String name, Receiving receiver) {
    return switch (name) {
      case "observe" -> new ObserveSender(receiver.endpoint(name));
      case "stock-jdk", "stock-okhttp" -> new StockSender(receiver.endpoint(name));
      case "none" -> new NoSender();
      default -> throw new IllegalArgumentException("sender must be known, was " + name);
    };
  }
}
