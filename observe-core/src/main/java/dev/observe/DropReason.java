/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * Why spans were lost. Every ended span is acknowledged, waiting, or lost for exactly one of these.
 *
 * @since 0.1
 */
public enum DropReason {
  /** The queue had reached its limit of spans or of bytes, so the newest span was dropped. */
  QUEUE_FULL("queue_full"),
  /** The collector refused the spans for good, by its status or by {@code partial_success}. */
  REJECTED("rejected"),
  /** The spans were offered again for as long as the pipeline does that, and never taken. */
  EXPIRED("expired"),
  /** The pipeline closed before the spans were acknowledged, or the span ended after that. */
  SHUTDOWN("shutdown"),
  /** A single span was larger than a request, or the whole queue, may be. */
  TOO_LARGE("too_large"),
  /** A file of the spool was damaged, and the spans in it with it. */
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
