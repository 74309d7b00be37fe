/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a series across scrapes.
 *
 * <p>Implements equals and hashCode, because the JDK generates those of a record at run time and
 * then caches classes of an undeployed application.
 */
public record SeriesKey(String metric, Labels labels) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SeriesKey key && metric.equals(key.metric) && labels.equals(key.labels);
  }

  @Override
  public int hashCode() {
    return 31 * metric.hashCode() + labels.hashCode();
  }
}
