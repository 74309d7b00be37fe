/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

/** What the other end, or the way to it, answered to one batch. */
public sealed interface SendOutcome {
  /** A 2xx. {@code rejected} spans of the batch were refused by {@code partial_success}. */
  record Accepted(int status, long rejected, String message) implements SendOutcome {}

  /** Not sent yet, but on disk; no longer to be held in memory. */
  record Kept() implements SendOutcome {}

  /** Refused for good: offering the batch again would be answered alike. */
  record Refused(int status, String message) implements SendOutcome {}

  /**
   * Not taken now.
   *
   * @param cause for the log, one line
   * @param retryAfterNanos the wait the other end asked for, 0 when it asked for none
   * @param timedOut whether the time limit ended the attempt
   */
  record Unavailable(String cause, long retryAfterNanos, boolean timedOut) implements SendOutcome {}

  /** Not sent: the batch would make a larger request than is allowed. */
  record TooLarge() implements SendOutcome {}
}
