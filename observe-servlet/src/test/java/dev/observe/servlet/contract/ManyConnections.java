/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A client with thousands of connections and one request on each. It runs in a separate process,
 * because server and client together need more files than one process may open.
 */
final class ManyConnections implements AutoCloseable {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);

  private final Selector selector = Selector.open();
  private final Map<String, Integer> statuses = new TreeMap<>();

  private ManyConnections() throws IOException {}

  /** Starts the process, which prints the count of each status. */
  static Process start(int port, int connections) throws IOException {
    String classes =
        ManyConnections.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            classes,
            ManyConnections.class.getName(),
            Integer.toString(port),
            Integer.toString(connections))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    try (ManyConnections connections = new ManyConnections()) {
      connections.send(
          Integer.parseInt(arguments[0]),
          Integer.parseInt(arguments[1]),
          "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      System.out.print(connections.statuses());
    }
  }

  /** Sends a request on each of many new connections. */
  private void send(int port, int connections, String request) throws IOException {
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    byte[] bytes = request.getBytes(US_ASCII);
    for (int i = 0; i < connections; i++) {
      SocketChannel channel = SocketChannel.open(server);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.write(ByteBuffer.wrap(bytes));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(64));
    }
  }

  /** Waits for all responses and returns the count of each status, also of "closed". */
  private Map<String, Integer> statuses() throws IOException {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!selector.keys().isEmpty() && System.nanoTime() < deadline) {
      selector.select(this::read, 1_000);
      // The next selection removes cancelled keys from the set.
      selector.selectNow(this::read);
    }
    if (!selector.keys().isEmpty()) {
      statuses.put("no answer", selector.keys().size());
    }
    return statuses;
  }

  private void read(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer buffer = (ByteBuffer) key.attachment();
    int count;
    try {
      count = channel.read(buffer);
    } catch (IOException e) {
      count = -1;
    }
    String text = US_ASCII.decode(buffer.duplicate().flip()).toString();
    if (text.length() >= 12) {
      end(key, text.substring(9, 12));
    } else if (count < 0) {
      end(key, "closed");
    }
  }

  private void end(SelectionKey key, String status) {
    statuses.merge(status, 1, Integer::sum);
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      // The status is known already.
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
