/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

/** A request that is answered with an error status and a short reason. */
public final class RequestRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean busy;

  public RequestRejectedException(int status, String reason) {
    this(status, reason, false);
  }

  private RequestRejectedException(int status, String reason, boolean busy) {
    // No stack trace: a flood of bad requests must cost the client more than the server.
    super(reason, null, false, false);
    this.status = status;
    this.busy = busy;
  }

  /** Returns the rejection of a request that may be accepted a second later. */
  public static RequestRejectedException busy(String reason) {
    return new RequestRejectedException(503, reason, true);
  }

  public int status() {
    return status;
  }

  boolean isBusy() {
    return busy;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
