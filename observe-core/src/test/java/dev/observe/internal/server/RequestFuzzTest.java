/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.exposition.RequestRejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Any bytes of a client: the endpoint parses them, rejects them, or waits for more. */
class RequestFuzzTest {
  private static final String[] PIECES = {
    "GET ",
    "HEAD ",
    "POST ",
    "/metrics",
    "?",
    "name[]=",
    "name%5b%5d=",
    "&",
    "%",
    "%zz",
    " ",
    " HTTP/1.1",
    " HTTP/1.0",
    " HTTP/9.9",
    "\r\n",
    "\r\n\r\n",
    "\r",
    "\n",
    "\t",
    "\u0000",
    ":",
    "Host: localhost",
    "Accept: ",
    "application/openmetrics-text",
    ";q=",
    "0.5",
    ",",
    ";",
    "=",
    "\"",
    "escaping=",
    "Accept-Encoding: gzip",
    "Authorization: Basic ",
    "Bearer ",
    "Content-Length:",
    "http://a.example",
    "http://",
    "é",
    "\u007f",
    "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
  };

  @Provide
  Arbitrary<String> requests() {
    Arbitrary<String> piece =
        Arbitraries.oneOf(Arbitraries.of(PIECES), Arbitraries.strings().ofMaxLength(2));
    Arbitrary<String> few = piece.list().ofMaxSize(40).map(all -> String.join("", all));
    Arbitrary<String> many =
        piece.flatMap(one -> Arbitraries.integers().between(1, 9_000).map(one::repeat));
    return Arbitraries.frequencyOf(
        Tuple.of(8, few),
        Tuple.of(8, few.map(rest -> "GET /metrics HTTP/1.1\r\n" + rest)),
        Tuple.of(1, many),
        Tuple.of(1, many.map(rest -> "GET /metrics?" + rest)));
  }

  @Property
  void P15_next_anyBytes_areParsedOrRejectedWithinLimits(
      @ForAll("requests") String sent, @ForAll @IntRange(min = 1, max = 64) int piece)
      throws IOException {
    Pieces in = new Pieces(sent.getBytes(StandardCharsets.UTF_8), piece);
    HeadReader reader = new HeadReader(in);
    int heads = 0;
    try {
      RequestHead head = reader.next(() -> {});
      while (head != null) {
        heads++;
        assertThat(head.getMethod()).matches("[!-~]{1,32}");
        assertThat(head.getRequestPath()).matches("[!-~]*");
        assertThat(new Credentials(null, null).allow(head)).isTrue();
        head = reader.next(() -> {});
      }
    } catch (RequestRejectedException e) {
      assertThat(e.status()).isBetween(400, 505);
      assertThat(e.getMessage()).doesNotContain("Exception").hasSizeLessThan(100);
      return;
    }
    // Incomplete: the bytes since the last head are within the limits of a head.
    int bound = HeadReader.MAX_REQUEST_LINE_BYTES + HeadReader.MAX_HEADER_BYTES;
    assertThat(in.count).isLessThanOrEqualTo((heads + 1) * bound);
  }

  /** Returns a few bytes per read, as a network does. */
  private static final class Pieces extends InputStream {
    private final ByteArrayInputStream bytes;
    private final int piece;
    int count;

    Pieces(byte[] bytes, int piece) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.piece = piece;
    }

    @Override
    public int read() {
      count++;
      return bytes.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int read = bytes.read(buffer, offset, Math.min(length, piece));
      count += Math.max(read, 0);
      return read;
    }
  }
}
