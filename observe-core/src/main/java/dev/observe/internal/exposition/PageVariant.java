/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.config.EscapingScheme;
import java.util.List;

/**
 * All that distinguishes one rendering from another: requests with equal variants may share one.
 *
 * @param names the metric names asked for, sorted and without repetition; empty means all
 */
record PageVariant(PageFormat format, EscapingScheme escaping, boolean gzip, List<String> names) {

  boolean filtered() {
    return !names.isEmpty();
  }
}
