/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;

/** A way for spans to leave a process, as its users would set it up. */
interface Contender {
  /** What is compared, as the page names it. */
  enum Kind {
    STOCK("stock"),
    STOCK_LARGE("stock, queue of 131,072 spans"),
    STOCK_WITH_HOOK("stock, closed by a hook of the user's"),
    OURS("observe"),
    OURS_LARGE("observe, queue of 131,072 spans");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    Contender start(String endpoint) {
      return switch (this) {
        case STOCK -> new Stock(endpoint, 2_048, false);
        case STOCK_LARGE -> new Stock(endpoint, 131_072, false);
        case STOCK_WITH_HOOK -> new Stock(endpoint, 2_048, true);
        case OURS -> new Ours(endpoint, 65_536);
        case OURS_LARGE -> new Ours(endpoint, 131_072);
      };
    }
  }

  Tracer tracer();

  /** Flushes and returns what that says. */
  String flush(Duration timeout);

  /** Closes and returns what was lost, as far as it tells. */
  String close(Duration timeout);

  /** What the name of the thread that exports starts with. */
  String workerThread();
}
