/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

/** A request that gets a status and a few words in the place of a page. */
public final class RequestRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  public RequestRefusedException(int status, String reason) {
    // Refusals are cheap on purpose: whoever floods us with bad requests pays more than we do.
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
