/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * The reason why spans, or a final push of metrics, were lost. Every ended span is acknowledged,
 * waiting, or lost for exactly one reason. Later versions may add reasons.
 *
 * @since 0.1
 */
public enum DropReason {
  /** The queue had reached its limit of spans or bytes, so the newest span was dropped. */
  QUEUE_FULL("queue_full"),
  /**
   * The collector rejected the spans permanently, by its status or by {@code partial_success}; or
   * the final push of metrics failed.
   */
  REJECTED("rejected"),
  /** The spans were retried for the longest allowed time, and never acknowledged. */
  EXPIRED("expired"),
  /** The handle closed before the acknowledgement, or the span ended after the handle closed. */
  SHUTDOWN("shutdown"),
  /** A single span was larger than the limit of a request or of the whole queue. */
  TOO_LARGE("too_large"),
  /** A spool file was damaged, and the spans in it could not be read. */
  CORRUPT("corrupt");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** Returns the name of this reason in metrics and logs, for example {@code queue_full}. */
  public String label() {
    return label;
  }
}
