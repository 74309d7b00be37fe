/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import dev.observe.ShutdownReport;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of one pipeline, of several together, or of the final pushes of metrics. */
public final class ExportReport implements ShutdownReport {
  private final String unit;
  private final long delivered;
  private final long spooled;
  private final Map<DropReason, Long> lost;
  private final boolean deadlineReached;

  private ExportReport(
      String unit,
      long delivered,
      long spooled,
      Map<DropReason, Long> lost,
      boolean deadlineReached) {
    this.unit = unit;
    this.delivered = delivered;
    this.spooled = spooled;
    this.lost = Collections.unmodifiableMap(lost);
    this.deadlineReached = deadlineReached;
  }

  ExportReport(SpanCounts counts, long spooled, boolean deadlineReached) {
    this("spans", counts.acknowledged(), spooled, lost(counts), deadlineReached);
  }

  private static Map<DropReason, Long> lost(SpanCounts counts) {
    Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      add(lost, reason, counts.lost(reason));
    }
    return lost;
  }

  private static void add(Map<DropReason, Long> lost, DropReason reason, long count) {
    if (count > 0) {
      lost.merge(reason, count, Long::sum);
    }
  }

  /** Returns the sum of the reports of several pipelines. */
  public static ShutdownReport sum(Collection<? extends ShutdownReport> reports) {
    Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
    for (ShutdownReport report : reports) {
      report.lost().forEach((reason, count) -> add(lost, reason, count));
    }
    return new ExportReport(
        "spans",
        reports.stream().mapToLong(ShutdownReport::delivered).sum(),
        reports.stream().mapToLong(ShutdownReport::spooled).sum(),
        lost,
        reports.stream().anyMatch(ShutdownReport::deadlineReached));
  }

  /**
   * Returns the report of final pushes.
   *
   * @param rejected pushes that the receiver refused or did not get
   * @param unanswered pushes that were in flight when the time was over
   */
  public static ShutdownReport ofPushes(long delivered, long rejected, long unanswered) {
    Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
    add(lost, DropReason.REJECTED, rejected);
    add(lost, DropReason.SHUTDOWN, unanswered);
    return new ExportReport("pushes", delivered, 0, lost, unanswered > 0);
  }

  @Override
  public long delivered() {
    return delivered;
  }

  @Override
  public long spooled() {
    return spooled;
  }

  @Override
  public Map<DropReason, Long> lost() {
    return lost;
  }

  @Override
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public boolean deadlineReached() {
    return deadlineReached;
  }

  @Override
  public boolean isComplete() {
    return lost.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("delivered ");
    text.append(delivered).append(' ').append(unit).append(", lost ").append(lostTotal());
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
