/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.Locale;

/**
 * A response as the client received it.
 *
 * @param status the status, or 0 when no response began
 * @param head the status line and the header lines
 * @param body the received part of the body without its framing, one character per byte
 */
record Answer(int status, List<String> head, String body, Ending ending) {
  /** How the response ended. */
  enum Ending {
    /** As its framing requires. */
    COMPLETE,
    /** Before its framing allows: the server cut it off. */
    CUT_OFF,
    /** The server closed the connection without a byte of response. */
    CLOSED,
    /** The client closed the connection before the end. */
    LEFT
  }

  static Answer left(int status) {
    return new Answer(status, List.of(), "", Ending.LEFT);
  }

  /** Returns the status, or 500 for a connection that was closed instead of a response. */
  int countsAs() {
    return ending == Ending.CLOSED ? 500 : status;
  }

  String header(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ':';
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).trim())
        .findFirst()
        .orElse("");
  }

  /** Returns the parts that must be equal with and without observe. */
  String comparable() {
    StringBuilder text = new StringBuilder();
    head.stream()
        .filter(line -> !isTime(line.toLowerCase(Locale.ROOT)))
        .forEach(line -> text.append(line).append('\n'));
    return text.append(ending).append('\n').append(body).toString();
  }

  private static boolean isTime(String line) {
    return line.startsWith("date:") || line.startsWith("retry-after:");
  }

  @Override
  public String toString() {
    return (head.isEmpty() ? "no head" : head.get(0)) + ", " + body.length() + " bytes, " + ending;
  }
}
