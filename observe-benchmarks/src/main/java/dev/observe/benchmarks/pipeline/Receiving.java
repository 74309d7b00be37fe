/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A receiver in another JVM, as the senders see it; spans are counted by a name. */
public record Receiving(int port, int controlPort) {
  /** The prefix of the line in which the receiver prints its ports. */
  public static final String LISTENING = "receiving ";

  static final String AWAY = "/away";
  static final String BACK = "/back";

  /** Parses the line that the receiver prints, without the prefix. */
  public static Receiving parse(String ports) {
    String[] parts = ports.split(" ", -1);
    return new Receiving(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  /** Returns the text that {@link #parse} reads. */
  public String ports() {
    return port + " " + controlPort;
  }

  /** Returns the endpoint for the sender with that name. */
  public String endpoint(String name) {
    return "http://127.0.0.1:" + port + '/' + name;
  }

  /** Returns how many spans a sender has delivered. */
  public long count(String name) throws IOException {
    return ask(name);
  }

  void leave() throws IOException {
    ask(AWAY);
  }

  void comeBack() throws IOException {
    ask(BACK);
  }

  private long ask(String order) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), controlPort)) {
      socket.getOutputStream().write((order + "\n").getBytes(StandardCharsets.US_ASCII));
      return Long.parseLong(Receiver.line(socket.getInputStream()));
    }
  }
}
