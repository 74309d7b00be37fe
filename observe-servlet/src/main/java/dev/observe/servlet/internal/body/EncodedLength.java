/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Counts the bytes of a text in a charset, piece by piece: encodes the text a second time, because
 * the container does not report its count. For one thread at a time.
 */
final class EncodedLength {
  private final CharsetEncoder encoder;
  private final ByteBuffer scratch = ByteBuffer.allocate(512);

  /** The first half of a character whose second half is in the next piece, or 0. */
  private char half;

  /** Whether each char is one byte. */
  private final boolean bytePerChar;

  /**
   * Creates a count for an empty text.
   *
   * @param charset its name
   * @param latin1ByChar whether each char is one byte in ISO-8859-1, halves of characters too
   * @throws IllegalArgumentException if there is no such charset, or it cannot encode
   */
  EncodedLength(String charset, boolean latin1ByChar) {
    try {
      Charset found = Charset.forName(charset);
      bytePerChar = latin1ByChar && found.equals(StandardCharsets.ISO_8859_1);
      encoder =
          found
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "charset must be one that encodes, was " + charset.toLowerCase(Locale.ROOT), e);
    }
  }

  /** Adds a piece and returns the number of its bytes. */
  long add(CharSequence piece) {
    if (bytePerChar) {
      return piece.length();
    }
    CharBuffer in = half == 0 ? CharBuffer.wrap(piece) : CharBuffer.wrap(half + piece.toString());
    half = 0;
    long bytes = 0;
    CoderResult result;
    do {
      result = encoder.encode(in, scratch, false);
      bytes += scratch.position();
      scratch.clear();
    } while (result.isOverflow());
    if (in.hasRemaining()) {
      half = in.get();
    }
    return bytes;
  }
}
