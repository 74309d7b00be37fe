/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.exposition.PageMetrics.Cut;

/** An exchange that can be ended at once from another thread; those of our own server can. */
public interface AbortableExchange {
  /** Ends this exchange if it has not ended; never the next one of the same connection. */
  void cut(Cut reason);
}
