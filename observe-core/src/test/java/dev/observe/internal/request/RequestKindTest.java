/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.Scheme;
import org.junit.jupiter.api.Test;

class RequestKindTest {
  /** An adapter caches usual kinds: a client must not control their size and number. */
  @Test
  void isUsual_unknownPart_isFalse() {
    assertThat(kind("GET", Scheme.HTTP, "1.1").isUsual()).isTrue();
    assertThat(kind(KnownMethods.OTHER, Scheme.HTTP, "1.1").isUsual()).isFalse();
    assertThat(kind("GET", Scheme.OTHER, "1.1").isUsual()).isFalse();
    assertThat(kind("GET", Scheme.HTTP, "").isUsual()).isFalse();
  }

  private static RequestKind kind(String method, String scheme, String protocolVersion) {
    return new RequestKind(method, scheme, protocolVersion, "/orders", null);
  }
}
