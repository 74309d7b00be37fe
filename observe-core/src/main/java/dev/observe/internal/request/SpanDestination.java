/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

/** An OpenTelemetry that knows where its spans go, for the log line of a start. */
public interface SpanDestination {
  /** Returns the service of the spans. */
  String service();

  /** Returns the receivers, such as {@code http://localhost:4318/v1/traces}. */
  String spanDestination();
}
