/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import dev.observe.benchmarks.Parent;

/** A server with one servlet in a separate JVM, observed in one way, until its input ends. */
public final class Server {
  /** The prefix of the line with the port. */
  public static final String LISTENING = "listening ";

  private Server() {}

  /** Takes {@code tomcat} or {@code jetty}, and a way: {@code plain}, {@code observe} and so on. */
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
