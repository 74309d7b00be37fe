/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void label_safeText_isSameString() {
    String value = "/orders/{id} äöü 😀";

    assertThat(SafeText.label(value)).isSameAs(value);
  }

  @Test
  void label_long_isCutAt128() {
    assertThat(SafeText.label("x".repeat(1_000_000))).hasSize(128);
  }

  @Test
  void label_surrogatePairAtCut_isDropped() {
    assertThat(SafeText.label("x".repeat(127) + "😀")).isEqualTo("x".repeat(127));
  }

  @Test
  void label_controlCharactersAndLoneSurrogates_areReplaced() {
    assertThat(SafeText.label("a\r\nb\u0000c\u001bd\u2028e\ud800f\udc00g\u007fh\u0085"))
        .isEqualTo("a__b_c_d_e_f_g_h_");
  }

  @Test
  void attribute_long_isCutAt1024() {
    assertThat(SafeText.attribute("x".repeat(60_000))).hasSize(1_024);
  }

  @Test
  void oneLine_controlCharacters_areSpacesAndStripped() {
    assertThat(SafeText.oneLine(" \r\na\nb\u2028c\ud800 ")).isEqualTo("a b c");
    assertThat(SafeText.oneLine(null)).isEmpty();
    assertThat(SafeText.oneLine("")).isEmpty();
  }

  @Test
  void oneLine_long_isCut() {
    assertThat(SafeText.oneLine("x".repeat(1_000))).hasSize(200);
    assertThat(SafeText.oneLine("x".repeat(1_000), 5)).hasSize(5);
  }

  @Test
  void describe_failure_isTypeAndMessage() {
    assertThat(SafeText.describe(new IllegalStateException("a\nb")))
        .isEqualTo("IllegalStateException: a b");
    assertThat(SafeText.describe(new IllegalStateException())).isEqualTo("IllegalStateException");
  }
}
