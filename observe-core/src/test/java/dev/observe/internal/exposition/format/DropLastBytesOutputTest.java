/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropLastBytesOutputTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 12, 13, 100})
  void write_inPieces_dropsTheEnd(int piece) throws IOException {
    byte[] text = "a b c d e f g h i j\n# EOF\n".getBytes(US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DropLastBytesOutput cut = new DropLastBytesOutput(out, 6);

    for (int i = 0; i < text.length; i += piece) {
      cut.write(text, i, Math.min(piece, text.length - i));
    }

    assertThat(out.toString(US_ASCII)).isEqualTo("a b c d e f g h i j\n");
  }
}
