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

/** The requests and responses of a client in one scenario. */
final class Session {
  final String path;
  final int port;
  final List<Answer> answers = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
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

  /** Adds a value that must be equal with and without observe. */
  void note(String note) {
    notes.add(note);
  }

  void fail(String fault) {
    faults.add(fault);
  }

  /** Returns the increase of the active requests since the start, by the metric. */
  double active() {
    return telemetry.active() - activeBefore;
  }

  /** Waits until a number of requests is active. */
  void awaitActive(int count) {
    if (!observed) {
      return;
    }
    try {
      await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(2))
          .until(() -> active() == count);
    } catch (ConditionTimeoutException e) {
      fail("active is " + active() + " and not " + count + " during the request");
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

  /** Sends one GET on a new connection. */
  void get() throws IOException {
    send("GET", path, "Connection: close");
  }

  /** Sends one request without a body on a new connection. */
  void send(String method, String target, String... headers) throws IOException {
    exchange(method, head(method, target, headers));
  }

  /** Sends bytes on a new connection and reads one response. */
  void exchange(String method, String bytes) throws IOException {
    try (Wire wire = connect()) {
      try {
        wire.send(bytes);
      } catch (IOException e) {
        // The server refused the request before its end; its response is read below.
      }
      saw(wire.read(method));
    }
  }
}
