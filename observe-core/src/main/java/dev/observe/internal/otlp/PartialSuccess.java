/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import java.nio.charset.StandardCharsets;

/**
 * The field {@code partial_success} of {@code ExportTraceServiceResponse}: the number of rejected
 * spans and a message. Two fields do not justify a protobuf library.
 */
record PartialSuccess(long rejectedSpans, String message) {
  private static final PartialSuccess NONE = new PartialSuccess(0, "");
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  /**
   * Decodes {@code body}. Any other content counts as no rejection: the status of the reply was a
   * 2xx.
   */
  static PartialSuccess decode(byte[] body) {
    Reader reader = new Reader(body, 0, body.length);
    PartialSuccess found = NONE;
    while (reader.next()) {
      if (reader.field == 1 && reader.wireType == LENGTH_DELIMITED) {
        found = decodeInner(reader.nested());
      } else {
        reader.skip();
      }
    }
    return found;
  }

  private static PartialSuccess decodeInner(Reader reader) {
    long rejected = 0;
    String message = "";
    while (reader.next()) {
      if (reader.field == 1 && reader.wireType == VARINT) {
        rejected = Math.max(0, reader.varint());
      } else if (reader.field == 2 && reader.wireType == LENGTH_DELIMITED) {
        Reader text = reader.nested();
        message = new String(text.bytes, text.at, text.end - text.at, StandardCharsets.UTF_8);
      } else {
        reader.skip();
      }
    }
    return new PartialSuccess(rejected, message);
  }

  /** Reads the fields of a message; truncated or malformed input ends the reading. */
  private static final class Reader {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int field;
    private int wireType;

    private Reader(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.at = start;
      this.end = end;
    }

    private boolean next() {
      if (at >= end) {
        return false;
      }
      long tag = varint();
      field = (int) (tag >>> 3);
      wireType = (int) (tag & 7);
      return field > 0;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64 && at < end; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      at = end;
      return 0;
    }

    private Reader nested() {
      long length = varint();
      int start = at;
      at = length < 0 || length > end - at ? end : at + (int) length;
      return new Reader(bytes, start, at);
    }

    private void skip() {
      switch (wireType) {
        case VARINT -> varint();
        case FIXED64 -> at = Math.min(end, at + 8);
        case LENGTH_DELIMITED -> nested();
        case FIXED32 -> at = Math.min(end, at + 4);
        default -> at = end;
      }
    }
  }
}
