/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import dev.observe.benchmarks.Parent;

/** A server with one servlet in a JVM of its own, observed in one way, until its input ends. */
public final class Server {
  /** What the line begins with that tells the port. */
  public static final String LISTENING = "listening ";

  private Server() {}

  /** Takes {@code tomcat} or {@code jetty}, and {@code plain}, {@code observe} or the like. */
  public static void main(String[] args) throws Exception {
    Way way = Way.start(args[1]);
    int port =
        switch (args[0]) {
          case "tomcat" -> TomcatServer.start(way, new OrdersServlet());
          case "jetty" -> JettyServer.start(way, new OrdersServlet());
          default -> throw new IllegalArgumentException("container must be known, was " + args[0]);
        };
    System.out.println(LISTENING + port);
    Parent.awaitEnd();
  }
}
