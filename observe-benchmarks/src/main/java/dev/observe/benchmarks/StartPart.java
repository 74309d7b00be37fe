/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.observe.benchmarks.pipeline.Receiving;
import dev.observe.benchmarks.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The time to the first response of a server, each time in a new JVM; the ways in turn. */
final class StartPart {
  private static final int RUNS = 20;
  private static final byte[] REQUEST =
      "GET /orders?page=3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(US_ASCII);

  private final Users users;
  private final List<String> targets;

  StartPart(Users users, List<String> targets) {
    this.users = users;
    this.targets = targets;
  }

  String measure() throws IOException, InterruptedException {
    Map<ServerWay, double[]> millis = new EnumMap<>(ServerWay.class);
    try (Receiver receiver = Receiver.start(users)) {
      // The first run reads the jars from the disk, for all others.
      for (ServerWay way : ServerWay.values()) {
        start(way, receiver.receiving());
      }
      for (int run = 0; run < RUNS; run++) {
        for (ServerWay way : ServerWay.values()) {
          millis.computeIfAbsent(way, w -> new double[RUNS])[run] =
              start(way, receiver.receiving());
        }
      }
    }
    Map<ServerWay, Sample> more = new EnumMap<>(ServerWay.class);
    double[] plain = millis.getOrDefault(ServerWay.PLAIN, new double[RUNS]);
    Table table = new Table("server", "ms", "ms more than plain, same turn", "observe over it");
    for (ServerWay way : ServerWay.values()) {
      more.put(way, Sample.difference(millis.getOrDefault(way, plain), plain));
    }
    Sample ours = more.getOrDefault(ServerWay.OBSERVE, Sample.NONE);
    for (ServerWay way : ServerWay.values()) {
      Sample theirs = more.getOrDefault(way, Sample.NONE);
      boolean compared = way != ServerWay.PLAIN && way != ServerWay.OBSERVE;
      table.row(
          way.title(),
          Sample.of(millis.getOrDefault(way, plain)).text(),
          way == ServerWay.PLAIN ? "" : theirs.text(),
          compared ? Table.ratio(ours.median(), theirs.median()) : "");
    }
    targets.add("| start: ms more than without us | at most 150 | " + ours.text() + " |");
    for (ServerWay way : List.of(ServerWay.AUTOCONFIGURE_JDK, ServerWay.AUTOCONFIGURE_OKHTTP)) {
      double theirs = more.getOrDefault(way, Sample.NONE).median();
      targets.add(
          "| start: of "
              + way.title()
              + " | at most 0.4 | "
              + Table.number(ours.median() / theirs)
              + " |");
    }
    return "## A start\n\nFrom the launch of a cold JVM to the first response of an embedded Tomcat, "
        + RUNS
        + " times each, in turn: median (least–most). "
        + "All have traces on, sent by OTLP over HTTP, and metrics: `observe` is `initTracing`,"
        + " `initMetrics` and the filter, JVM metrics included; `autoconfigure` is"
        + " OpenTelemetry's, with its Prometheus endpoint and a filter of 30 lines written by"
        + " hand; the agent has its defaults, which push metrics.\n\n"
        + table
        + "\n";
  }

  private double start(ServerWay way, Receiving receiver) throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (Child server = way.start("tomcat", users, receiver)) {
      int port = Integer.parseInt(server.await(Server.LISTENING));
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(REQUEST);
        String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
        double millis = (System.nanoTime() - start) / 1e6;
        if (!answer.startsWith("HTTP/1.1 200")) {
          throw new IllegalStateException("status must be 200, was " + answer);
        }
        return millis;
      }
    }
  }
}
