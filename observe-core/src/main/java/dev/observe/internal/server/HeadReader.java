/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.PageQuery;
import dev.observe.internal.exposition.RequestRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads request heads from a connection, with limits that apply before any parsing. */
final class HeadReader {
  /** The longest query of the page, plus 1 KiB for method, path and version. */
  static final int MAX_REQUEST_LINE_BYTES = PageQuery.MAX_QUERY_CHARS + 1024;

  static final int MAX_HEADERS = 100;
  static final int MAX_HEADER_BYTES = 16 * 1024;

  private final InputStream in;
  private byte[] buffer = new byte[2 * 1024];
  private int filled;

  HeadReader(InputStream in) {
    this.in = in;
  }

  /**
   * Returns the next head, or null at the end of the stream.
   *
   * @param onFirstByte called once the first byte of the request is read
   */
  @Nullable RequestHead next(Runnable onFirstByte) throws IOException, RequestRejectedException {
    Scan scan = new Scan();
    boolean begun = false;
    while (true) {
      if (filled > 0 && !begun) {
        begun = true;
        onFirstByte.run();
      }
      int end = scan.advance();
      if (end > 0) {
        String head = new String(buffer, 0, scan.headEnd, StandardCharsets.ISO_8859_1);
        // The bytes after it belong to the next request.
        System.arraycopy(buffer, end, buffer, 0, filled - end);
        filled -= end;
        return RequestHead.parse(head);
      }
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        return null;
      }
      filled += read;
    }
  }

  /** The position of the search for the end of one head; it reads each byte once. */
  private final class Scan {
    private int position;
    private int lineStart;
    private int lines;
    private int requestLineEnd;
    int headEnd;

    /** Returns the position after the head, or 0 if more bytes are needed. */
    int advance() throws RequestRejectedException {
      for (; position < filled; position++) {
        byte b = buffer[position];
        boolean afterCr = position > lineStart && buffer[position - 1] == '\r';
        if (b == '\n' && afterCr) {
          boolean empty = position - 1 == lineStart;
          if (empty && lines > 0) {
            headEnd = lineStart - 2;
            return position + 1;
          }
          endLine();
        } else if (afterCr || (b >= 0 && b < ' ' && b != '\t' && b != '\r') || b == 0x7f) {
          throw new RequestRejectedException(400, "A control character is not allowed here.");
        }
        checkSize();
      }
      return 0;
    }

    private void endLine() throws RequestRejectedException {
      if (lines == 0) {
        requestLineEnd = position + 1;
      }
      lines++;
      lineStart = position + 1;
      if (lines - 1 > MAX_HEADERS) {
        throw new RequestRejectedException(431, "At most " + MAX_HEADERS + " headers are allowed.");
      }
    }

    private void checkSize() throws RequestRejectedException {
      if (lines == 0 && position >= MAX_REQUEST_LINE_BYTES) {
        throw new RequestRejectedException(414, "The request line is too long.");
      }
      if (position - requestLineEnd >= MAX_HEADER_BYTES && lines > 0) {
        throw new RequestRejectedException(431, "The headers are too long.");
      }
    }
  }
}
