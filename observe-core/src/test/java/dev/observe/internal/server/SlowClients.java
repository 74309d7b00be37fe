/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Many clients that are slow in the same way. */
final class SlowClients implements AutoCloseable {
  /** The behavior of a slow client. */
  enum Style {
    /** Connects and sends nothing. */
    SILENT(""),
    /** Sends half of its headers and stops. */
    HALF_HEADER("GET /metrics HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ha"),
    /** Sends its headers byte by byte. */
    DRIPPED_HEADER("GET /metrics HTTP/1.1\r\nX: "),
    /** Sends the body of a POST byte by byte. */
    DRIPPED_BODY("POST /metrics HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"),
    /** Requests the page and reads it byte by byte. */
    SLOW_READING("GET /metrics HTTP/1.1\r\n\r\n");

    private final String start;

    Style(String start) {
      this.start = start;
    }
  }

  private final Style style;
  private final List<Socket> sockets = new ArrayList<>();
  private final ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();

  @SuppressWarnings("FutureReturnValueIgnored") // drip() catches its exceptions.
  SlowClients(Style style, int count, int port) throws IOException {
    this.style = style;
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      // A small receive buffer: unread bytes stay in the server.
      socket.setReceiveBufferSize(4 * 1024);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      start(socket);
    }
    dripping.scheduleWithFixedDelay(this::drip, 100, 100, TimeUnit.MILLISECONDS);
  }

  private void start(Socket socket) {
    try {
      socket.getOutputStream().write(style.start.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // Evicted already by a later connection.
    }
  }

  private void drip() {
    for (Socket socket : sockets) {
      try {
        if (style == Style.DRIPPED_HEADER || style == Style.DRIPPED_BODY) {
          socket.getOutputStream().write('a');
        } else if (style == Style.SLOW_READING && socket.getInputStream().available() > 0) {
          socket.getInputStream().skipNBytes(1);
        }
      } catch (IOException e) {
        // The server closed it, as the tests expect.
      }
    }
  }

  @Override
  public void close() throws IOException {
    dripping.shutdownNow();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
