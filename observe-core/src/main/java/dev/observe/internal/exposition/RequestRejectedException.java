/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

/** A request that is answered with an error status and a short reason. */
public final class RequestRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  public RequestRejectedException(int status, String reason) {
    // No stack trace: a flood of bad requests must cost the client more than the server.
    super(reason, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
