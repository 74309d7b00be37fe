/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import jakarta.servlet.ServletContext;

/** How a server is observed. */
interface Way {
  /** Registers filters in the application, before the first request. */
  void addTo(ServletContext context);

  /** Starts the telemetry of the way; each needs classes that the others do not. */
  static Way start(String name) {
    return switch (name) {
      // The agent needs no code in the application.
      case "plain", "agent" -> context -> {};
      case "observe" -> new ObserveWay();
      case "autoconfigure" -> new AutoconfigureWay();
      default -> throw new IllegalArgumentException("way must be known, was " + name);
    };
  }
}
