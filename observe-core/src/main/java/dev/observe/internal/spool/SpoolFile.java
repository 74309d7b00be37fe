/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the spool, {@code <sequence>-<spans>.otlp}: a check sum and the request.
 *
 * @param sequence the order in which files are delivered
 * @param spans how many spans it has; in the name, so that a start need not read every file
 * @param bytes its size on disk
 */
record SpoolFile(long sequence, int spans, long bytes) {
  private static final Pattern NAME = Pattern.compile("(\\d{19})-(\\d{1,9})\\.otlp");
  private static final int MAGIC = 0x4f425331;
  private static final int HEAD = Integer.BYTES + Long.BYTES;

  /** Sizes are counted in blocks of the disk, which also bounds the number of files. */
  private static final long BLOCK = 4_096;

  static long onDisk(long length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Returns the file of that name, or null if the name is not one of a spool file. */
  static @Nullable SpoolFile parse(String name, long length) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return null;
    }
    return new SpoolFile(
        Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2)), onDisk(length));
  }

  String name() {
    return String.format("%019d-%d.otlp", sequence, spans);
  }

  static ByteBuffer encode(byte[] request) {
    ByteBuffer content = ByteBuffer.allocate(HEAD + request.length);
    content.putInt(MAGIC).putLong(checkSum(request)).put(request);
    return content.flip();
  }

  /** Returns the request, or null if {@code content} is damaged. */
  static byte @Nullable [] decode(byte[] content) {
    if (content.length < HEAD) {
      return null;
    }
    ByteBuffer head = ByteBuffer.wrap(content);
    byte[] request = Arrays.copyOfRange(content, HEAD, content.length);
    boolean whole = head.getInt() == MAGIC && head.getLong() == checkSum(request);
    return whole ? request : null;
  }

  private static long checkSum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }
}
