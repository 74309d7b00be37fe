/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the spans of an {@link AccountedProcessor} that has closed. Immutable.
 *
 * @since 0.1
 */
public final class ExportReport {
  private final long delivered;
  private final long spooled;
  private final Map<DropReason, Long> lost;
  private final boolean deadlineReached;

  ExportReport(SpanCounts ledger, long spooled, boolean deadlineReached) {
    this.delivered = ledger.acked();
    this.spooled = spooled;
    this.deadlineReached = deadlineReached;
    Map<DropReason, Long> byReason = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      long count = ledger.lost(reason);
      if (count > 0) {
        byReason.put(reason, count);
      }
    }
    this.lost = Collections.unmodifiableMap(byReason);
  }

  /** Returns how many spans were acknowledged during the life of the pipeline. */
  public long delivered() {
    return delivered;
  }

  /** Returns how many spans lie in the spool for the next start to deliver; 0 without a spool. */
  public long spooled() {
    return spooled;
  }

  /**
   * Returns how many spans were lost during the life of the pipeline; reasons with none are absent.
   */
  public Map<DropReason, Long> lost() {
    return lost;
  }

  /** Returns whether the time given to {@code close} ended before the last span was settled. */
  public boolean deadlineReached() {
    return deadlineReached;
  }

  /**
   * Returns for example {@code delivered 1488 spans, lost 512 (shutdown 512), deadline reached}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("delivered ").append(delivered).append(" spans, lost ");
    text.append(lost.values().stream().mapToLong(Long::longValue).sum());
    if (!lost.isEmpty()) {
      text.append(
          lost.entrySet().stream()
              .map(entry -> entry.getKey().label() + " " + entry.getValue())
              .collect(Collectors.joining(", ", " (", ")")));
    }
    if (spooled > 0) {
      text.append(", ").append(spooled).append(" kept on disk for the next start");
    }
    if (deadlineReached) {
      text.append(", deadline reached");
    }
    return text.toString();
  }
}
