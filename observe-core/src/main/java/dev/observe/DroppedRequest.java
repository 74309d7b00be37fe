/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * A request that the sampler dropped although it was slow or failed. Immutable; methods may be
 * added to this interface, so implement it in tests only.
 *
 * @since 0.1
 */
public interface DroppedRequest {
  /** Returns the time at which the request began. */
  Instant start();

  /** Returns the time from the request's begin to its end. */
  Duration duration();

  /** Returns the trace id, which also stands in the log lines of the request. */
  String traceId();

  /** Returns the request method, or {@code _OTHER} for an unknown method. */
  String method();

  /** Returns the route, or the empty string if no route matched. */
  String route();

  /** Returns at most 128 characters of the path, with secrets redacted. */
  String path();

  /** Returns the status that was sent, or 0 if no response was sent. */
  int status();

  /**
   * Returns the class name of the exception, or the status of a server error, or the empty string.
   */
  String errorType();
}
