/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The parts of one pipeline that its workers share. Any thread. */
public final class PipelineState {
  final SpanPipelineBuilder options;
  final SpanQueue queue;
  final SpanCounts counts = new SpanCounts();
  final FlushTickets tickets;
  final PipelineLog log;
  final InFlightBatch batch;
  private final AtomicReference<@Nullable Long> closeDeadline = new AtomicReference<>();

  PipelineState(SpanPipelineBuilder options) {
    this.options = options;
    this.queue = new SpanQueue(options.maxQueueSpans, options.maxQueueBytes);
    this.tickets = new FlushTickets(queue, counts, options.nanoClock);
    this.log = new PipelineLog(options.exporter.target(), counts, options.nanoClock);
    this.batch = new InFlightBatch(queue, counts, log);
  }

  /** Sets the deadline of the close; returns false if an earlier call has set one. */
  boolean startClosing(long timeoutNanos) {
    return closeDeadline.compareAndSet(null, options.nanoClock.getAsLong() + timeoutNanos);
  }

  boolean closing() {
    return closeDeadline.get() != null;
  }

  /** Returns the time left to close, {@link Long#MAX_VALUE} while the pipeline is open. */
  long closingNanosLeft() {
    Long deadline = closeDeadline.get();
    return deadline == null ? Long.MAX_VALUE : deadline - options.nanoClock.getAsLong();
  }
}
