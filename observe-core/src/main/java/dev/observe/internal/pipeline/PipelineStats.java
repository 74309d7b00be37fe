/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import java.util.Map;
import java.util.SortedMap;

/**
 * The counts of a {@link SpanPipeline} since it was built. While no span ends or settles, {@code
 * ended() + recovered() = acknowledged() + lostTotal() + waiting()}. Immutable.
 *
 * @param componentName the name that distinguishes the pipeline from others of the process
 * @param capacity how many spans may wait
 * @param ended how many sampled spans ended
 * @param recovered how many spans an earlier process left in the spool; 0 without a spool
 * @param acknowledged how many spans the collector acknowledged
 * @param waiting how many spans are in the queue, in the spool or in flight
 * @param spooled how many of the waiting spans are in the spool; 0 without a spool
 * @param waitingBytes the estimated size in bytes of the spans in memory, which the queue bounds
 * @param retries how many times a batch was retried
 * @param workerErrors how many interrupts, exceptions and errors the worker survived
 * @param lost how many spans were lost, by reason; every reason is present
 * @param rejectedByStatus how many spans were {@linkplain DropReason#REJECTED rejected}, by HTTP
 *     status, or by gRPC status code (1 to 16). Spans that {@code partial_success} refused count
 *     for the status of that reply, 200 or 0; spans for which the exporter threw count for -1
 */
public record PipelineStats(
    String componentName,
    long capacity,
    long ended,
    long recovered,
    long acknowledged,
    long waiting,
    long spooled,
    long waitingBytes,
    long retries,
    long workerErrors,
    Map<DropReason, Long> lost,
    SortedMap<Integer, Long> rejectedByStatus) {

  /** Returns how many spans were lost for {@code reason}. */
  public long lost(DropReason reason) {
    return lost.getOrDefault(reason, 0L);
  }

  /** Returns how many spans were lost for any reason. */
  public long lostTotal() {
    return lost.values().stream().mapToLong(Long::longValue).sum();
  }
}
