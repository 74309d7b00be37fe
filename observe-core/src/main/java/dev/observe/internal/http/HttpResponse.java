/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import dev.observe.internal.util.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 response (RFC 9112); the parser limits the size of its head and its body. */
public final class HttpResponse {
  /** Limits all lines together, including those between the chunks of a body. */
  private static final int MAX_LINE_BYTES = 256 * 1024;

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final boolean last;

  private HttpResponse(Reader read) {
    status = read.status;
    headers = read.headers;
    body = read.body.toByteArray();
    last = read.isLast();
  }

  public int status() {
    return status;
  }

  /** Returns the first value of a header, or null. */
  public @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** Returns the body, cut at the limit. */
  public byte[] body() {
    return body;
  }

  /** Returns whether the connection cannot be used again. */
  boolean isLast() {
    return last;
  }

  /**
   * Reads a response with at most {@code maxBodyBytes} of its body.
   *
   * @throws IOException if the connection ends too early, or the response is not valid HTTP/1
   */
  static HttpResponse read(InputStream in, int maxBodyBytes) throws IOException {
    Reader reader = new Reader(in, maxBodyBytes);
    reader.head();
    reader.body();
    return new HttpResponse(reader);
  }

  /** Reads a response as {@link #read} does; returns the bytes so far if its body fails. */
  public static HttpResponse readPartial(InputStream in, int maxBodyBytes) throws IOException {
    Reader reader = new Reader(in, maxBodyBytes);
    reader.head();
    try {
      reader.body();
    } catch (IOException e) {
      reader.last = true;
    }
    return new HttpResponse(reader);
  }

  /** Returns the status of the response to CONNECT; bytes after a 2xx belong to the tunnel. */
  static int readConnected(InputStream in) throws IOException {
    Reader reader = new Reader(in, 0);
    reader.head();
    return reader.status;
  }

  private static final class Reader {
    private final InputStream in;
    private final int maxBodyBytes;
    private final byte[] buffer = new byte[4096];
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private int at;
    private int end;
    private int lineBytes;
    private int status;
    private boolean last;

    private Reader(InputStream in, int maxBodyBytes) {
      this.in = in;
      this.maxBodyBytes = maxBodyBytes;
    }

    private boolean isLast() {
      // Bytes after the response are not an answer to a request of ours.
      return last || at < end;
    }

    private void head() throws IOException {
      do {
        statusLine(line());
        headers.clear();
        for (String line = line(); !line.isEmpty(); line = line()) {
          header(line);
        }
        // An interim response: the final one follows.
      } while (status < 200 && status != 101);
      if (status == 101) {
        throw new IOException("the reply switches to another protocol");
      }
    }

    private void statusLine(String line) throws IOException {
      boolean valid =
          line.length() >= 12
              && line.startsWith("HTTP/1.")
              && line.charAt(8) == ' '
              && isDigits(line.substring(9, 12))
              && line.charAt(9) != '0'
              && (line.length() == 12 || line.charAt(12) == ' ');
      if (!valid) {
        throw new IOException("the reply is not HTTP/1.1: " + SafeText.oneLine(line, 60));
      }
      status = Integer.parseInt(line.substring(9, 12));
      last = line.charAt(7) == '0';
    }

    private void header(String line) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        return;
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      headers.putIfAbsent(name, value);
      if (name.equals("connection") && hasToken(value, "close")) {
        last = true;
      }
    }

    private static boolean hasToken(String list, String token) {
      for (String element : list.split(",", -1)) {
        if (element.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
      return false;
    }

    private void body() throws IOException {
      String encoding = headers.get("transfer-encoding");
      String length = headers.get("content-length");
      if (status == 204 || status == 304) {
        return;
      }
      if (encoding != null) {
        if (!encoding.equalsIgnoreCase("chunked")) {
          throw new IOException(
              "the reply has an unsupported transfer encoding, " + SafeText.oneLine(encoding, 60));
        }
        chunks();
      } else if (length != null) {
        if (!isDigits(length) || length.length() > 18) {
          throw new IOException("the reply has no valid length, " + SafeText.oneLine(length, 60));
        }
        exactly(Long.parseLong(length));
      } else {
        last = true;
        while (!isFull() && (at < end || fill())) {
          take(end - at);
        }
      }
    }

    private void chunks() throws IOException {
      while (true) {
        String size = line();
        int extension = size.indexOf(';');
        long length = chunkLength((extension < 0 ? size : size.substring(0, extension)).strip());
        if (length == 0) {
          break;
        }
        exactly(length);
        if (isFull()) {
          last = true;
          return;
        }
        if (!line().isEmpty()) {
          throw new IOException("a chunk of the reply is longer than its length");
        }
      }
      while (!line().isEmpty()) {
        // Trailers are not used.
      }
    }

    private static long chunkLength(String hex) throws IOException {
      if (hex.length() <= 15) {
        try {
          long length = Long.parseLong(hex, 16);
          if (length >= 0) {
            return length;
          }
        } catch (NumberFormatException e) {
          // Rejected below.
        }
      }
      throw new IOException(
          "a chunk of the reply has no valid length, " + SafeText.oneLine(hex, 60));
    }

    private void exactly(long length) throws IOException {
      long left = length;
      while (left > 0) {
        if (isFull()) {
          last = true;
          return;
        }
        if (at == end && !fill()) {
          throw new EOFException("the reply was cut");
        }
        left -= take(left);
      }
    }

    private boolean isFull() {
      return body.size() >= maxBodyBytes;
    }

    private int take(long atMost) {
      int count = (int) Math.min(Math.min(atMost, end - at), maxBodyBytes - body.size());
      body.write(buffer, at, count);
      at += count;
      return count;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        if (at == end && !fill()) {
          throw new EOFException(
              lineBytes == 0 ? "the connection ended without a reply" : "the reply was cut");
        }
        if (++lineBytes > MAX_LINE_BYTES) {
          throw new IOException("the reply has too many headers");
        }
        char next = (char) (buffer[at++] & 0xff);
        if (next == '\n') {
          int length = line.length();
          return length > 0 && line.charAt(length - 1) == '\r'
              ? line.substring(0, length - 1)
              : line.toString();
        }
        line.append(next);
      }
    }

    private boolean fill() throws IOException {
      int count = in.read(buffer);
      at = 0;
      end = Math.max(0, count);
      return count > 0;
    }

    private static boolean isDigits(String text) {
      return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
  }
}
