/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a client did within one scenario, and what it saw. */
final class Session {
  final String path;
  final int port;
  final List<Answer> answers = new ArrayList<>();
  final List<String> complaints = new ArrayList<>();
  private final Telemetry telemetry;

  Session(String path, int port, Telemetry telemetry) {
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

  void complain(String complaint) {
    complaints.add(complaint);
  }

  /** Returns the number of requests under way by the metric. */
  double active() {
    return telemetry.active();
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
      wire.send(bytes);
      saw(wire.read(method));
    }
  }
}
