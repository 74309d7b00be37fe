/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.check.ProbeConnection.Stage;
import dev.observe.internal.http.HttpResponse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The result of one connection to an endpoint. */
sealed interface ProbeAnswer {
  /** The host name has no address. */
  record NoAddress() implements ProbeAnswer {}

  /** The connection failed. */
  record NotConnected(IOException failure) implements ProbeAnswer {}

  /** The time was over at this stage. */
  record TimedOut(Stage stage) implements ProbeAnswer {}

  /** The peer closed the connection without sending a byte. */
  record Closed() implements ProbeAnswer {}

  /** TLS failed; in TLS 1.3 the peer may send its alert after the handshake. */
  record TlsFailed(IOException failure) implements ProbeAnswer {}

  /** The TLS handshake succeeded, and no request was sent. */
  record TlsDone() implements ProbeAnswer {}

  /** A TLS record, in answer to clear text. */
  record TlsRecord() implements ProbeAnswer {}

  /** A frame that begins an HTTP/2 connection. */
  record Http2() implements ProbeAnswer {}

  /** Bytes of an unknown protocol. */
  record Other() implements ProbeAnswer {}

  /** An HTTP/1 response. */
  record Http(HttpResponse response) implements ProbeAnswer {
    int status() {
      return response.status();
    }

    /** Returns the value of a header, or an empty text. */
    String header(String lowerCaseName) {
      return Objects.requireNonNullElse(response.header(lowerCaseName), "");
    }

    /** Returns the beginning of the body, one character per byte. */
    String body() {
      return new String(response.body(), ISO_8859_1);
    }
  }

  /** The length of an HTTP/2 frame header: enough bytes to recognise each protocol here. */
  int MAX_START_BYTES = 9;

  /**
   * Recognises a protocol other than HTTP/1 by its first bytes.
   *
   * @param atEnd whether no further bytes will come
   * @return null if it may be HTTP/1, or more bytes are needed
   */
  static @Nullable ProbeAnswer ofStart(byte[] bytes, boolean atEnd) {
    if (bytes.length == 0) {
      return atEnd ? new Closed() : null;
    }
    if (bytes.length >= 2 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3) {
      return new TlsRecord();
    }
    if (isHttp2(bytes)) {
      return new Http2();
    }
    boolean decided = atEnd || bytes.length >= MAX_START_BYTES;
    return decided && !new String(bytes, ISO_8859_1).startsWith("HTTP/1.") ? new Other() : null;
  }

  /** RFC 9113: a peer begins with SETTINGS, or sends GOAWAY, on stream 0; 16 KiB at most. */
  private static boolean isHttp2(byte[] bytes) {
    return bytes.length >= MAX_START_BYTES
        && bytes[0] == 0
        && (bytes[1] & 0xff) <= 0x40
        && (bytes[3] == 4 || bytes[3] == 7)
        && bytes[5] == 0
        && bytes[6] == 0
        && bytes[7] == 0
        && bytes[8] == 0;
  }
}
