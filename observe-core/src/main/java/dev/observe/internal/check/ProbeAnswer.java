/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one connection to an endpoint came to. */
sealed interface ProbeAnswer {
  /** The host name has no address. */
  record NoAddress() implements ProbeAnswer {}

  /** No connection. */
  record NotConnected(IOException failure) implements ProbeAnswer {}

  /** Nothing came in time, in the handshake of TLS or after it. */
  record Silent(boolean inHandshake) implements ProbeAnswer {}

  /** The connection ended without a byte. */
  record Closed() implements ProbeAnswer {}

  /** TLS failed; in version 1.3 the other end may say so as late as in the place of a reply. */
  record TlsFailed(IOException failure) implements ProbeAnswer {}

  /** The handshake of TLS succeeded, and nothing was asked. */
  record TlsDone() implements ProbeAnswer {}

  /** A record of TLS, in answer to clear text. */
  record TlsRecord() implements ProbeAnswer {}

  /** A frame that begins an HTTP/2 connection. */
  record Http2() implements ProbeAnswer {}

  /** Bytes of no protocol known here. */
  record Other() implements ProbeAnswer {}

  /**
   * A reply of HTTP/1.
   *
   * @param headers names in lower case
   * @param body the beginning of the body, a character for each byte
   */
  record Http(int status, Map<String, String> headers, String body) implements ProbeAnswer {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** The length of an HTTP/2 frame's head, which is enough to tell any protocol here by. */
  int ENOUGH = 9;

  /**
   * Recognises what has been received.
   *
   * @param atEnd whether nothing more will come
   * @return null while there is more to wait for
   */
  static @Nullable ProbeAnswer of(byte[] bytes, boolean atEnd) {
    if (bytes.length == 0) {
      return atEnd ? new Closed() : null;
    }
    if (bytes.length >= 2 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3) {
      return new TlsRecord();
    }
    if (isHttp2(bytes)) {
      return new Http2();
    }
    String text = new String(bytes, ISO_8859_1);
    if (text.startsWith("HTTP/1.")) {
      ProbeAnswer reply = http(bytes, text, atEnd);
      return reply == null && atEnd ? new Other() : reply;
    }
    return atEnd || bytes.length >= ENOUGH ? new Other() : null;
  }

  /** RFC 9113: an end begins with SETTINGS, or says GOAWAY, on stream 0; 16 KiB at most. */
  private static boolean isHttp2(byte[] bytes) {
    return bytes.length >= ENOUGH
        && bytes[0] == 0
        && (bytes[1] & 0xff) <= 0x40
        && (bytes[3] == 4 || bytes[3] == 7)
        && bytes[5] == 0
        && bytes[6] == 0
        && bytes[7] == 0
        && bytes[8] == 0;
  }

  private static @Nullable ProbeAnswer http(byte[] bytes, String text, boolean atEnd) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return null;
    }
    String[] lines = text.substring(0, end).split("\r\n", -1);
    if (!lines[0].matches("HTTP/1\\.\\d [1-9]\\d\\d( .*)?")) {
      return new Other();
    }
    int status = Integer.parseInt(lines[0].substring(9, 12));
    if (status < 200) {
      // An interim reply: the one that counts follows.
      return of(Arrays.copyOfRange(bytes, end + 4, bytes.length), atEnd);
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        headers.putIfAbsent(name, line.substring(colon + 1).strip());
      }
    }
    Body body = body(headers, text.substring(end + 4));
    boolean complete = atEnd || status == 204 || body.complete();
    return complete ? new Http(status, headers, body.start()) : null;
  }

  /** As much of a body as there is; of a chunked one, its first chunk. */
  record Body(String start, boolean complete) {}

  private static Body body(Map<String, String> headers, String received) {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      int size = received.indexOf("\r\n");
      int end = received.indexOf("\r\n", size + 2);
      String first = size < 0 ? "" : received.substring(size + 2, Math.max(size + 2, end));
      return received.startsWith("0\r\n")
          ? new Body("", true)
          : new Body(first, received.endsWith("\r\n0\r\n\r\n"));
    }
    String length = headers.getOrDefault("content-length", "");
    if (!length.matches("\\d{1,9}")) {
      return new Body(received, false);
    }
    int announced = Integer.parseInt(length);
    return received.length() < announced
        ? new Body(received, false)
        : new Body(received.substring(0, announced), true);
  }
}
