/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

/** The outcome of sending one batch. */
public sealed interface SendOutcome {
  /** A 2xx. {@code rejected} spans of the batch were refused by {@code partial_success}. */
  record Accepted(int status, long rejected, String message) implements SendOutcome {}

  /** On disk and no longer held in memory, but not sent yet. */
  record Kept() implements SendOutcome {}

  /** Refused permanently: a retry would be refused too. */
  record Refused(int status, String message) implements SendOutcome {}

  /**
   * Not accepted; to be retried.
   *
   * @param cause for the log, one line
   * @param retryAfterNanos the wait that the collector requested, 0 without a request
   * @param timedOut whether the time limit ended the attempt
   */
  record Unavailable(String cause, long retryAfterNanos, boolean timedOut) implements SendOutcome {}

  /** Not sent: the batch would make a larger request than is allowed. */
  record TooLarge() implements SendOutcome {}
}
