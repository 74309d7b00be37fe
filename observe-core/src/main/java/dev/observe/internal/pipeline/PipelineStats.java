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
 * What an {@link AccountedProcessor} did since it was built. At any quiet moment {@code ended() +
 * recovered() = acked() + lostTotal() + waiting()}, exactly. Immutable.
 *
 * @since 0.1
 */
public final class PipelineStats {
  private final String componentName;
  private final long capacity;
  private final long ended;
  private final long recovered;
  private final long acked;
  private final long waiting;
  private final long spooled;
  private final long waitingBytes;
  private final long retries;
  private final long workerErrors;
  private final Map<DropReason, Long> lost;
  private final SortedMap<Integer, Long> rejectedByStatus;

  PipelineStats(
      String componentName,
      SpanCounts ledger,
      long capacity,
      long waiting,
      long waitingBytes,
      long spooled) {
    this.componentName = componentName;
    this.capacity = capacity;
    this.ended = ledger.ended();
    this.recovered = ledger.recovered();
    this.acked = ledger.acked();
    this.waiting = waiting;
    this.waitingBytes = waitingBytes;
    this.spooled = spooled;
    this.retries = ledger.retries();
    this.workerErrors = ledger.workerErrors();
    Map<DropReason, Long> byReason = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      byReason.put(reason, ledger.lost(reason));
    }
    this.lost = Collections.unmodifiableMap(byReason);
    this.rejectedByStatus =
        Collections.unmodifiableSortedMap(new TreeMap<>(ledger.rejectedByStatus()));
  }

  /** Returns the name by which metrics tell one from others of the process. */
  String componentName() {
    return componentName;
  }

  /** Returns how many spans may wait; 0 where each is sent as it ends. */
  long capacity() {
    return capacity;
  }

  /** Returns how many sampled spans ended while the pipeline was there to take them. */
  public long ended() {
    return ended;
  }

  /** Returns how many spans of an earlier process were found in the spool; 0 without a spool. */
  public long recovered() {
    return recovered;
  }

  /** Returns how many spans the exporter's other end acknowledged. */
  public long acked() {
    return acked;
  }

  /** Returns how many spans are in the queue, in the spool or on their way. */
  public long waiting() {
    return waiting;
  }

  /** Returns how many of those that wait are in the spool; 0 without a spool. */
  public long spooled() {
    return spooled;
  }

  /**
   * Returns the estimated size in bytes of the spans in memory, which the queue's budget bounds.
   */
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

  /** Returns how many spans were lost, whatever the reason. */
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns how many spans were {@linkplain DropReason#REJECTED rejected}, by HTTP status, or by
   * gRPC status code (1 to 16). Spans that {@code partial_success} refused stand under the status
   * of that reply, 200 or 0; those that an exporter kept throwing at stand under -1.
   */
  public SortedMap<Integer, Long> rejectedByStatus() {
    return rejectedByStatus;
  }

  /** Returns how many times a batch was offered again. */
  public long retries() {
    return retries;
  }

  /** Returns how often the worker survived an interrupt, an exception or an error. */
  public long workerErrors() {
    return workerErrors;
  }

  @Override
  public String toString() {
    return "PipelineStats{ended="
        + ended
        + ", recovered="
        + recovered
        + ", acked="
        + acked
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
