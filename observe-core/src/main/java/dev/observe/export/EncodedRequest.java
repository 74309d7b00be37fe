/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import org.jspecify.annotations.Nullable;

/** The body of an OTLP request, as it goes over the wire. */
final class EncodedRequest {
  private final byte[] body;
  private final @Nullable String encoding;

  /** Takes the body as it is; {@code encoding} says how it is compressed, null if it is not. */
  EncodedRequest(byte[] body, @Nullable String encoding) {
    this.body = body;
    this.encoding = encoding;
  }

  byte[] body() {
    return body;
  }

  @Nullable String encoding() {
    return encoding;
  }
}
