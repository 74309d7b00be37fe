/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.Locale;

/**
 * What the client saw on the wire.
 *
 * @param status the status, or 0 when no response began
 * @param head the status line and the header lines
 * @param body the body without its framing, as far as it came, a character for each byte
 */
record Answer(int status, List<String> head, String body, Ending ending) {
  /** How the response ended. */
  enum Ending {
    /** By its own framing. */
    COMPLETE,
    /** Before its own framing said so: the server broke it off. */
    CUT_OFF,
    /** The server closed the connection without a byte of response. */
    CLOSED,
    /** The client went away before it ended. */
    LEFT
  }

  static Answer left(int status) {
    return new Answer(status, List.of(), "", Ending.LEFT);
  }

  /** A connection closed without any response counts as 500: that is what was to be sent. */
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

  /** Returns all that must be the same whether a request is observed or not. */
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
