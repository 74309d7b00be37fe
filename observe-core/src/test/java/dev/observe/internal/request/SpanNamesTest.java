/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.semconv.KnownMethods;
import org.junit.jupiter.api.Test;

class SpanNamesTest {
  private final SpanNames names = new SpanNames();

  @Test
  void name_repeated_isSameString() {
    String first = names.name("GET", "/a");

    assertThat(names.name(new String("GET"), new String("/a"))).isEqualTo("GET /a").isSameAs(first);
  }

  @Test
  void name_withoutRoute_isMethod() {
    assertThat(names.name("GET", "")).isEqualTo("GET");
    assertThat(names.name(KnownMethods.OTHER, "")).isEqualTo("HTTP");
    assertThat(names.name(KnownMethods.OTHER, "/a")).isEqualTo("HTTP /a");
  }

  /** More names than cache slots, and more routes than the map holds. */
  @Test
  void name_manyRoutes_areDistinct() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_500; i++) {
        assertThat(names.name("GET", "/r/" + i)).isEqualTo("GET /r/" + i);
        assertThat(names.name("PUT", "/r/" + i)).isEqualTo("PUT /r/" + i);
      }
    }
  }
}
