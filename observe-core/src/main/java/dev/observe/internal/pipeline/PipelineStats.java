/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts of a {@link SpanPipeline} since it was built. While no span ends or settles, {@code
 * ended() + recovered() = acknowledged() + lostTotal() + waiting()}. Immutable.
 */
public final class PipelineStats {
  private final String componentName;
  private final long capacity;
  private final long ended;
  private final long recovered;
  private final long acknowledged;
  private final long waiting;
  private final long spooled;
  private final long waitingBytes;
  private final long retries;
  private final long workerErrors;
  private final Map<DropReason, Long> lost;
  private final SortedMap<Integer, Long> rejectedByStatus;

  PipelineStats(
      String componentName,
      SpanCounts counts,
      long capacity,
      long waiting,
      long waitingBytes,
      long spooled) {
    this.componentName = componentName;
    this.capacity = capacity;
    this.ended = counts.ended();
    this.recovered = counts.recovered();
    this.acknowledged = counts.acknowledged();
    this.waiting = waiting;
    this.waitingBytes = waitingBytes;
    this.spooled = spooled;
    this.retries = counts.retries();
    this.workerErrors = counts.workerErrors();
    Map<DropReason, Long> byReason = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      byReason.put(reason, counts.lost(reason));
    }
    this.lost = Collections.unmodifiableMap(byReason);
    this.rejectedByStatus =
        Collections.unmodifiableSortedMap(new TreeMap<>(counts.rejectedByStatus()));
  }

  /** Returns the name that distinguishes the pipeline from others of the process. */
  String componentName() {
    return componentName;
  }

  /** Returns how many spans may wait. */
  long capacity() {
    return capacity;
  }

  /** Returns how many sampled spans ended. */
  public long ended() {
    return ended;
  }

  /** Returns how many spans an earlier process left in the spool; 0 without a spool. */
  public long recovered() {
    return recovered;
  }

  /** Returns how many spans the collector acknowledged. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Returns how many spans are in the queue, in the spool or in flight. */
  public long waiting() {
    return waiting;
  }

  /** Returns how many of the waiting spans are in the spool; 0 without a spool. */
  public long spooled() {
    return spooled;
  }

  /** Returns the estimated size in bytes of the spans in memory, which the queue bounds. */
  public long waitingBytes() {
    return waitingBytes;
  }

  /** Returns how many spans were lost, by reason; every reason is present. */
  public Map<DropReason, Long> lost() {
    return lost;
  }

  /** Returns how many spans were lost for {@code reason}. */
  public long lost(DropReason reason) {
    return lost.getOrDefault(reason, 0L);
  }

  /** Returns how many spans were lost for any reason. */
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns how many spans were {@linkplain DropReason#REJECTED rejected}, by HTTP status, or by
   * gRPC status code (1 to 16). Spans that {@code partial_success} refused count for the status of
   * that reply, 200 or 0; spans for which the exporter threw count for -1.
   */
  public SortedMap<Integer, Long> rejectedByStatus() {
    return rejectedByStatus;
  }

  /** Returns how many times a batch was retried. */
  public long retries() {
    return retries;
  }

  /** Returns how many interrupts, exceptions and errors the worker survived. */
  public long workerErrors() {
    return workerErrors;
  }

  @Override
  public String toString() {
    return "PipelineStats{ended="
        + ended
        + ", recovered="
        + recovered
        + ", acknowledged="
        + acknowledged
        + ", waiting="
        + waiting
        + ", lost="
        + lost
        + ", retries="
        + retries
        + ", workerErrors="
        + workerErrors
        + "}";
  }
}
