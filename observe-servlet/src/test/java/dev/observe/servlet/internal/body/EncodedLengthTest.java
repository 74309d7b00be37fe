/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedLengthTest {
  /** A text in pieces of any length, also split within a surrogate pair. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "ISO-8859-1", "US-ASCII", "UTF-16", "UTF-16LE", "Shift_JIS"})
  void add_anyPieces_returnsTheLengthOfTheText(String charset) {
    String text = "plain, Grüße, 日本語, € and 😀😀 ".repeat(200);
    Random random = new Random(7);

    for (int i = 0; i < 50; i++) {
      EncodedLength encoded = new EncodedLength(charset, false);
      long sum = 0;
      int position = 0;
      while (position < text.length()) {
        int end = Math.min(text.length(), position + random.nextInt(i * 20 + 2));
        sum += encoded.add(text.substring(position, end));
        position = end;
      }
      assertThat(sum).isEqualTo(text.getBytes(Charset.forName(charset)).length);
    }
  }

  @Test
  void add_unpairedSurrogate_isReplaced() {
    EncodedLength encoded = new EncodedLength("UTF-8", false);

    assertThat(encoded.add("a\ud83d")).isEqualTo(1);
    assertThat(encoded.add("b")).isEqualTo(2);
  }

  @Test
  void add_surrogatePairInLatin1_isTwoBytesByChar() {
    assertThat(new EncodedLength("ISO-8859-1", false).add("é€😀")).isEqualTo(3);
    assertThat(new EncodedLength("ISO-8859-1", true).add("é€😀")).isEqualTo(4);
    assertThat(new EncodedLength("UTF-8", true).add("é€😀")).isEqualTo(9);
  }

  @Test
  void create_noSuchCharset_isRefused() {
    assertThatThrownBy(() -> new EncodedLength("no such", false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EncodedLength("ISO-2022-CN", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("charset must be one that encodes, was iso-2022-cn");
  }
}
