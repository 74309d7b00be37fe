/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/** What a client did within one scenario, and what it saw. */
final class Session {
  final String path;
  final int port;
  final List<Answer> answers = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<String> complaints = new ArrayList<>();
  private final Telemetry telemetry;
  private final boolean observed;
  private final double activeBefore;

  Session(String path, int port, Telemetry telemetry, boolean observed) {
    this.observed = observed;
    this.activeBefore = telemetry.active();
    this.path = path;
    this.port = port;
    this.telemetry = telemetry;
  }

  Wire connect() throws IOException {
    return Wire.connect(port);
  }

  void saw(Answer answer) {
    answers.add(answer);
  }

  /** Keeps what must be the same whether a request is observed or not. */
  void note(String note) {
    notes.add(note);
  }

  void complain(String complaint) {
    complaints.add(complaint);
  }

  /** Returns how many more requests are under way than before, by the metric. */
  double active() {
    return telemetry.active() - activeBefore;
  }

  /** Waits until so many requests are under way. */
  void meanwhileActive(int count) {
    if (!observed) {
      return;
    }
    try {
      await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> active() == count);
    } catch (ConditionTimeoutException e) {
      complain("active is " + active() + " and not " + count + " meanwhile");
    }
  }

  String head(String method, String target, String... headers) {
    StringBuilder head =
        new StringBuilder(method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Sends one GET on a connection of its own. */
  void get() throws IOException {
    send("GET", path, "Connection: close");
  }

  /** Sends one request without a body on a connection of its own. */
  void send(String method, String target, String... headers) throws IOException {
    exchange(method, head(method, target, headers));
  }

  /** Sends these bytes on a connection of its own and reads one response. */
  void exchange(String method, String bytes) throws IOException {
    try (Wire wire = connect()) {
      try {
        wire.send(bytes);
      } catch (IOException e) {
        // Refused before it was all sent: what counts is the answer.
      }
      saw(wire.read(method));
    }
  }
}
