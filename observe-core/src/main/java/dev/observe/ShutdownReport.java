/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.pipeline.ExportReport;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the spans of a {@link Tracing} in all its life, once it has closed.
 *
 * <p>Where spans go to several exporters, each exporter's copy of a span counts. Immutable.
 *
 * @since 0.1
 */
public final class ShutdownReport {
  private final long delivered;
  private final long spooled;
  private final Map<DropReason, Long> lost;
  private final boolean deadlineReached;

  private ShutdownReport(
      long delivered, long spooled, Map<DropReason, Long> lost, boolean deadlineReached) {
    this.delivered = delivered;
    this.spooled = spooled;
    this.lost = Collections.unmodifiableMap(lost);
    this.deadlineReached = deadlineReached;
  }

  static ShutdownReport of(List<ExportReport> reports) {
    Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
    for (ExportReport report : reports) {
      report.lost().forEach((reason, count) -> lost.merge(reason, count, Long::sum));
    }
    return new ShutdownReport(
        reports.stream().mapToLong(ExportReport::delivered).sum(),
        reports.stream().mapToLong(ExportReport::spooled).sum(),
        lost,
        reports.stream().anyMatch(ExportReport::deadlineReached));
  }

  /** Returns how many spans a collector acknowledged. */
  public long delivered() {
    return delivered;
  }

  /** Returns how many spans lie on disk for the next start to deliver; 0 without a spool. */
  public long spooled() {
    return spooled;
  }

  /** Returns how many spans were lost, by reason; reasons with none are absent. */
  public Map<DropReason, Long> lost() {
    return lost;
  }

  /** Returns how many spans were lost for any reason. */
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns whether the time ran out before the last span was settled. */
  public boolean deadlineReached() {
    return deadlineReached;
  }

  /** Returns whether not one span was lost. */
  public boolean isComplete() {
    return lost.isEmpty();
  }

  /**
   * Returns for example {@code delivered 1488 spans, lost 512 (shutdown 512), deadline reached}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("delivered ").append(delivered).append(" spans, lost ");
    text.append(lostTotal());
    if (!lost.isEmpty()) {
      text.append(
          lost.entrySet().stream()
              .map(entry -> entry.getKey().label() + " " + entry.getValue())
              .collect(Collectors.joining(", ", " (", ")")));
    }
    if (spooled > 0) {
      text.append(", ").append(spooled).append(" kept on disk for the next start");
    }
    return deadlineReached ? text.append(", deadline reached").toString() : text.toString();
  }
}
