/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.exposition.PageMetrics.AbortReason;

/** An exchange of our server, which another thread can abort. */
public interface AbortableExchange {
  /** Aborts this exchange if it is in flight; never the next one of the same connection. */
  void abort(AbortReason reason);
}
