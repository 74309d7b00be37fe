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
public record ExportReport(
    String unit, long delivered, long spooled, Map<DropReason, Long> lost, boolean deadlineReached)
    implements ShutdownReport {

  /** Keeps only the reasons with losses, in their order. */
  public ExportReport {
    Map<DropReason, Long> counted = new EnumMap<>(DropReason.class);
    lost.forEach(
        (reason, count) -> {
          if (count > 0) {
            counted.put(reason, count);
          }
        });
    lost = Collections.unmodifiableMap(counted);
  }

  ExportReport(SpanCounts counts, long spooled, boolean deadlineReached) {
    this("spans", counts.acknowledged.get(), spooled, counts.lost(), deadlineReached);
  }

  /** Returns the sum of the reports of several pipelines. */
  public static ShutdownReport sum(Collection<? extends ShutdownReport> reports) {
    Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
    for (ShutdownReport report : reports) {
      report.lost().forEach((reason, count) -> lost.merge(reason, count, Long::sum));
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
    Map<DropReason, Long> lost =
        Map.of(DropReason.REJECTED, rejected, DropReason.SHUTDOWN, unanswered);
    return new ExportReport("pushes", delivered, 0, lost, unanswered > 0);
  }

  @Override
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
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
