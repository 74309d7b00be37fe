/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentTextsTest {
  private final RecentTexts texts = new RecentTexts();

  @Test
  void attribute_repeatedText_isSameString() {
    String first = texts.attribute(new String("curl/8"));

    assertThat(texts.attribute(new String("curl/8"))).isEqualTo("curl/8").isSameAs(first);
  }

  @Test
  void attribute_textsOfSameLength_areDistinguished() {
    texts.attribute("curl/8");

    assertThat(texts.attribute("curl/9")).isEqualTo("curl/9");
    assertThat(texts.attribute("curl/8")).isEqualTo("curl/8");
  }

  @Test
  void attribute_unsafeText_isCleanedEachTime() {
    assertThat(texts.attribute("a\nb")).isEqualTo("a_b");
    assertThat(texts.attribute("a\nb")).isEqualTo("a_b");
    assertThat(texts.attribute("a_b")).isEqualTo("a_b");
  }

  @Test
  void attribute_longText_isCutEachTime() {
    String value = "x".repeat(5_000);

    assertThat(texts.attribute(value)).hasSize(1_024);
    assertThat(texts.attribute(value)).hasSize(1_024);
  }
}
