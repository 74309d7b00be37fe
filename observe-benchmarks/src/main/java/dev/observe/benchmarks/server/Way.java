/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import jakarta.servlet.ServletContext;

/** How a server is observed. */
interface Way {
  /** Adds to the application what it takes, before the first request. */
  void addTo(ServletContext context);

  /** Starts what belongs to the way; each has classes that the others need not have. */
  static Way start(String name) {
    return switch (name) {
      // The agent needs nothing of the application.
      case "plain", "agent" -> context -> {};
      case "observe" -> new ObserveWay();
      case "autoconfigure" -> new AutoconfigureWay();
      default -> throw new IllegalArgumentException("way must be known, was " + name);
    };
  }
}
