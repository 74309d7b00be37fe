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

/** Replies in every form that HTTP/1.1 has for them, and in none that it has. */
class HttpResponseTest {
  private static final int MAX = 100;

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
  }

  /** Comes in single bytes, as it may. */
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

  private static void assertReply(String text, int status, String body, boolean last)
      throws IOException {
    HttpResponse reply = read(text);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(new String(reply.body(), ISO_8859_1)).isEqualTo(body);
    assertThat(reply.isLast()).isEqualTo(last);
  }

  @Test
  void read_withLength() throws IOException {
    assertReply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 200, "body", false);
    assertReply("HTTP/1.1 500\r\ncontent-length:0\r\n\r\n", 500, "", false);
  }

  @Test
  void read_lineFeedsAlone() throws IOException {
    assertReply("HTTP/1.1 200 OK\nContent-Length: 4\n\nbody", 200, "body", false);
  }

  @Test
  void read_moreThanWasAskedFor() throws IOException {
    assertThat(
            HttpResponse.read(in("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nbody"), MAX).isLast())
        .isTrue();
  }

  @Test
  void read_untilTheEnd() throws IOException {
    assertReply("HTTP/1.1 400 No\r\n\r\nbody", 400, "body", true);
    assertReply("HTTP/1.1 400 No\r\n\r\n", 400, "", true);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void read_statusThatHasNoBody(int status) throws IOException {
    assertReply("HTTP/1.1 " + status + " No\r\nContent-Length: 4\r\n\r\n", status, "", false);
    assertReply("HTTP/1.1 " + status + " No\r\n\r\n", status, "", false);
  }

  @Test
  void read_inChunks() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n";
    String body =
        String.join("\r\n", "2", "bo", "1;ext=1", "d", "01", "y", "0", "Trailer: x", "", "");

    assertReply(head + "\r\n" + body, 200, "body", false);
    assertReply(head + "Content-Length: 900\r\n\r\n0\r\n\r\n", 200, "", false);
  }

  @Test
  void read_afterInterimReplies() throws IOException {
    String interim = "HTTP/1.1 100 Continue\r\nRetry-After: 1\r\n\r\n";
    String reply = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

    assertReply(interim + interim + reply, 200, "body", false);
    assertThat(read(interim + reply).header("retry-after")).isNull();
  }

  @Test
  void read_connectionThatIsNotKept() throws IOException {
    assertReply(
        "HTTP/1.1 200 OK\r\nConnection: x, close\r\nContent-Length: 0\r\n\r\n", 200, "", true);
    assertReply("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true);
    assertReply(
        "HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n",
        200,
        "",
        true);
    assertReply(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", 200, "", false);
  }

  @Test
  void read_headers() throws IOException {
    HttpResponse reply =
        read("HTTP/1.1 204 x\r\nRETRY-AFTER:  7 \r\nRetry-After: 8\r\nnonsense\r\n: x\r\n\r\n");

    assertThat(reply.header("retry-after")).isEqualTo("7");
    assertThat(reply.header("nonsense")).isNull();
  }

  /** Whoever sends more than is read of a reply must not get to say what the next one is. */
  @Test
  void read_noMoreThanTheLimit() throws IOException {
    String full = "x".repeat(MAX);

    assertReply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + full, 200, full, false);
    assertReply("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + full + "x", 200, full, true);
    assertReply("HTTP/1.1 200 OK\r\n\r\n" + full + "x", 200, full, true);
    assertReply(
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
  void read_cut(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
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
  void read_nonsense(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  /** A head without an end must not fill the memory. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "x: y\r\n", "\r\nHTTP/1.1 100 Continue\r\n"})
  void read_headWithoutEnd(String again) {
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

  /** It ends, and it throws nothing but what it says. */
  @Test
  void read_noise() {
    Random random = new Random(42);
    String[] parts = {
      "HTTP/1.1 200 OK", "\r\n", "\n", "Content-Length: 3", "Transfer-Encoding: chunked", "3", ":"
    };
    int replies = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "HTTP/1.1 200 OK\r\n" : "");
      for (int part = random.nextInt(10); part > 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        replies += HttpResponse.read(in(text.toString()), MAX).status() == 200 ? 1 : 0;
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(replies).isGreaterThan(100);
  }

  @Test
  void readConnected_leavesTheTunnelAlone() throws IOException {
    assertThat(HttpResponse.readConnected(in("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")))
        .isEqualTo(200);
    assertThat(HttpResponse.readConnected(in("HTTP/1.0 407 No\r\n\r\nbody"))).isEqualTo(407);
  }
}
