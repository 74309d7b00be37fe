/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import dev.observe.benchmarks.Parent;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Receives OTLP over HTTP in a separate JVM, and counts the spans by the first part of the path. It
 * is cheap, as it shares the processors with the senders. A second port returns counts and takes
 * commands, see {@link Receiving}.
 */
public final class Receiver {
  private static final String ACCEPTED =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";

  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ServerSocket listening;

  private Receiver() {}

  /** Runs until the input ends; prints both ports. */
  public static void main(String[] args) throws IOException {
    Receiver receiver = new Receiver();
    int port = receiver.listen(0);
    ServerSocket control = bind(0);
    thread(() -> receiver.control(control, port));
    System.out.println(Receiving.LISTENING + port + ' ' + control.getLocalPort());
    Parent.awaitEnd();
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    return socket;
  }

  private static void thread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private int listen(int port) throws IOException {
    ServerSocket socket = bind(port);
    listening = socket;
    thread(
        () -> {
          while (true) {
            try {
              Socket connection = socket.accept();
              connections.add(connection);
              thread(() -> serve(connection));
            } catch (IOException e) {
              return;
            }
          }
        });
    return socket.getLocalPort();
  }

  private void control(ServerSocket control, int port) {
    while (true) {
      try (Socket socket = control.accept()) {
        String order = line(socket.getInputStream());
        long answer = 0;
        if (order.equals(Receiving.AWAY)) {
          leave();
        } else if (order.equals(Receiving.BACK)) {
          listen(port);
        } else {
          answer = counter(order).get();
        }
        socket
            .getOutputStream()
            .write((answer + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      } catch (IOException e) {
        System.out.println(e);
      }
    }
  }

  /** Closes the port and all connections. */
  private void leave() throws IOException {
    ServerSocket socket = listening;
    if (socket != null) {
      socket.close();
    }
    for (Socket connection : connections) {
      connection.close();
    }
    connections.clear();
  }

  private AtomicLong counter(String name) {
    return counts.computeIfAbsent(name, unused -> new AtomicLong());
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(connection.getInputStream(), 1 << 16));
      OutputStream out = new BufferedOutputStream(connection.getOutputStream());
      byte[] body = new byte[1 << 16];
      while (true) {
        String request = line(in);
        if (request.isEmpty()) {
          return;
        }
        String path = request.split(" ", -1)[1];
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          int colon = header.indexOf(':');
          String name = header.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
          if (name.equals("content-length")) {
            length = Integer.parseInt(header.substring(colon + 1).strip());
          } else if (name.equals("content-encoding")) {
            throw new IOException("a body must not be encoded, was " + header);
          }
        }
        if (length >= 0) {
          body = body.length < length ? new byte[2 * length] : body;
          in.readFully(body, 0, length);
        } else {
          body = chunks(in);
          length = body.length;
        }
        if (path.endsWith("/v1/traces")) {
          String name = path.substring(1, path.indexOf('/', 1));
          counter(name).addAndGet(SpanCount.of(body, length));
        }
        out.write(ACCEPTED.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException e) {
      // The sender has closed the connection, or the port is closed.
      connections.remove(connection);
    }
  }

  private static byte[] chunks(DataInputStream in) throws IOException {
    java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      byte[] chunk = new byte[size];
      in.readFully(chunk);
      line(in);
      if (size == 0) {
        return body.toByteArray();
      }
      body.write(chunk);
    }
  }

  /** Returns the next line without its end; empty at the end of the stream. */
  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
