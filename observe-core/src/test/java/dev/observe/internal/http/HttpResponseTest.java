/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid responses in each form of HTTP/1.1, and invalid ones. */
class HttpResponseTest {
  private static final int MAX = 100;

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
  }

  /** Reads the text at once and in single bytes, and compares the results. */
  private static HttpResponse read(String text) throws IOException {
    HttpResponse whole = HttpResponse.read(in(text), MAX);
    HttpResponse dripped =
        HttpResponse.read(
            new InputStream() {
              private final InputStream all = in(text);

              @Override
              public int read() throws IOException {
                return all.read();
              }

              @Override
              public int read(byte[] bytes, int offset, int length) throws IOException {
                return all.read(bytes, offset, Math.min(1, length));
              }
            },
            MAX);
    assertThat(dripped.status()).isEqualTo(whole.status());
    assertThat(dripped.body()).isEqualTo(whole.body());
    return whole;
  }

  private static void assertResponse(String text, int status, String body, boolean last)
      throws IOException {
    HttpResponse response = read(text);

    assertThat(response.status()).isEqualTo(status);
    assertThat(new String(response.body(), ISO_8859_1)).isEqualTo(body);
    assertThat(response.isLast()).isEqualTo(last);
  }

  @Test
  void read_contentLength() throws IOException {
    assertResponse("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 200, "body", false);
    assertResponse("HTTP/1.1 500\r\ncontent-length:0\r\n\r\n", 500, "", false);
  }

  @Test
  void read_lineFeedsWithoutCarriageReturn() throws IOException {
    assertResponse("HTTP/1.1 200 OK\nContent-Length: 4\n\nbody", 200, "body", false);
  }

  @Test
  void read_bytesAfterTheBody_isLast() throws IOException {
    assertThat(
            HttpResponse.read(in("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nbody"), MAX).isLast())
        .isTrue();
  }

  @Test
  void read_bodyUntilClose() throws IOException {
    assertResponse("HTTP/1.1 400 No\r\n\r\nbody", 400, "body", true);
    assertResponse("HTTP/1.1 400 No\r\n\r\n", 400, "", true);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void read_statusWithoutBody_ignoresTheLength(int status) throws IOException {
    assertResponse("HTTP/1.1 " + status + " No\r\nContent-Length: 4\r\n\r\n", status, "", false);
    assertResponse("HTTP/1.1 " + status + " No\r\n\r\n", status, "", false);
  }

  @Test
  void read_chunkedBody() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n";
    String body =
        String.join("\r\n", "2", "bo", "1;ext=1", "d", "01", "y", "0", "Trailer: x", "", "");

    assertResponse(head + "\r\n" + body, 200, "body", false);
    assertResponse(head + "Content-Length: 900\r\n\r\n0\r\n\r\n", 200, "", false);
  }

  @Test
  void read_interimResponses_areSkipped() throws IOException {
    String interim = "HTTP/1.1 100 Continue\r\nRetry-After: 1\r\n\r\n";
    String last = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

    assertResponse(interim + interim + last, 200, "body", false);
    assertThat(read(interim + last).header("retry-after")).isNull();
  }

  @Test
  void read_connectionClose_isLast() throws IOException {
    assertResponse(
        "HTTP/1.1 200 OK\r\nConnection: x, close\r\nContent-Length: 0\r\n\r\n", 200, "", true);
    assertResponse("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true);
    assertResponse(
        "HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n",
        200,
        "",
        true);
    assertResponse(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", 200, "", false);
  }

  @Test
  void read_repeatedHeader_firstValue() throws IOException {
    HttpResponse response =
        read("HTTP/1.1 204 x\r\nRETRY-AFTER:  7 \r\nRetry-After: 8\r\nnonsense\r\n: x\r\n\r\n");

    assertThat(response.header("retry-after")).isEqualTo("7");
    assertThat(response.header("nonsense")).isNull();
  }

  /** The unread part of a body must not be parsed as the next response. */
  @Test
  void read_bodyOverTheLimit_isCut() throws IOException {
    String full = "x".repeat(MAX);

    assertResponse("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + full, 200, full, false);
    assertResponse("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + full + "x", 200, full, true);
    assertResponse("HTTP/1.1 200 OK\r\n\r\n" + full + "x", 200, full, true);
    assertResponse(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + full + full,
        200,
        full,
        true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbody",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void read_endsTooEarly_throws(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void readPartial_bodyEndsTooEarly_returnsItsStart() throws IOException {
    HttpResponse response =
        HttpResponse.readPartial(in("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod"), MAX);

    assertThat(response.status()).isEqualTo(200);
    assertThat(new String(response.body(), ISO_8859_1)).isEqualTo("bod");
    assertThat(response.isLast()).isTrue();
    assertThatThrownBy(() -> HttpResponse.readPartial(in("HTTP/1.1 200 OK\r\n"), MAX))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 020 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nbody\r\n0\r\n\r\n"
      })
  void read_invalid_throws(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  /** A head without an end must not fill the heap. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "x: y\r\n", "\r\nHTTP/1.1 100 Continue\r\n"})
  void read_headWithoutEnd_throws(String again) {
    InputStream endless =
        new InputStream() {
          private final byte[] start = "HTTP/1.1 100 Continue\r\n".getBytes(ISO_8859_1);
          private final byte[] repeated = again.getBytes(ISO_8859_1);
          private int count;

          @Override
          public int read() {
            int next = count++;
            return next < start.length
                ? start[next]
                : repeated[(next - start.length) % repeated.length];
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
              bytes[offset + i] = (byte) read();
            }
            return length;
          }
        };

    assertThatThrownBy(() -> HttpResponse.read(endless, MAX))
        .isInstanceOf(IOException.class)
        .hasMessage("the reply has too many headers");
  }

  /** Random input: the parser ends, and throws no exception other than IOException. */
  @Test
  void read_randomInput() {
    Random random = new Random(42);
    String[] parts = {
      "HTTP/1.1 200 OK", "\r\n", "\n", "Content-Length: 3", "Transfer-Encoding: chunked", "3", ":"
    };
    int responses = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "HTTP/1.1 200 OK\r\n" : "");
      for (int part = random.nextInt(10); part > 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        responses += HttpResponse.read(in(text.toString()), MAX).status() == 200 ? 1 : 0;
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(responses).isGreaterThan(100);
  }

  @Test
  void readConnected_readsTheHeadOnly() throws IOException {
    assertThat(HttpResponse.readConnected(in("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")))
        .isEqualTo(200);
    assertThat(HttpResponse.readConnected(in("HTTP/1.0 407 No\r\n\r\nbody"))).isEqualTo(407);
  }
}
