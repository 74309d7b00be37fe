/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;

/** A span pipeline in the configuration of its users. */
interface Contender {
  /** The compared pipelines with their names on the page. */
  enum Kind {
    STOCK("stock"),
    STOCK_LARGE("stock, queue of 131,072 spans"),
    STOCK_WITH_HOOK("stock, closed by a shutdown hook"),
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

  /** Flushes and returns the result. */
  String flush(Duration timeout);

  /** Closes and returns the losses that the pipeline reports. */
  String close(Duration timeout);

  /** Returns the prefix of the name of the exporting thread. */
  String workerThread();
}
