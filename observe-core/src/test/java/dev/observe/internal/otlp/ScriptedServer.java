/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/** A scripted server on a loopback port instead of a collector. */
public final class ScriptedServer implements AutoCloseable {
  /** RFC 9113: an empty SETTINGS frame. */
  public static byte[] settingsFrame() {
    return new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0};
  }

  private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

  /** Handles a connection, which is closed after that. */
  public interface Script {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket listening;
  private final Script script;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> accepting;

  private ScriptedServer(ServerSocketFactory sockets, Script script) {
    try {
      this.listening = sockets.createServerSocket();
      this.listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.script = script;
    this.accepting =
        CompletableFuture.runAsync(this::accept, task -> daemon(task, "scripted-server"));
  }

  public static ScriptedServer start(Script script) {
    return start(ServerSocketFactory.getDefault(), script);
  }

  public static ScriptedServer start(ServerSocketFactory sockets, Script script) {
    return new ScriptedServer(sockets, script);
  }

  /** Starts a server with the same answer to every request. */
  public static ScriptedServer http(String statusAndHeaders, String body) {
    return http(ServerSocketFactory.getDefault(), statusAndHeaders, body);
  }

  public static ScriptedServer http(
      ServerSocketFactory sockets, String statusAndHeaders, String body) {
    return start(
        sockets,
        socket -> {
          readHead(socket);
          reply(socket, statusAndHeaders, body);
        });
  }

  /** Starts a server that answers one path, and all others with 404. */
  public static ScriptedServer only(String path, String statusAndHeaders) {
    return start(
        socket -> {
          boolean here = readHead(socket).startsWith("POST " + path + " HTTP/1.1\r\n");
          reply(socket, here ? statusAndHeaders : "404 Not Found", "");
        });
  }

  /** Answers like a gRPC server, which closes any connection that is not HTTP/2. */
  public static void grpc(Socket socket) throws IOException {
    socket.getOutputStream().write(settingsFrame());
    socket.getOutputStream().flush();
    readHead(socket);
  }

  public static void reply(Socket socket, String statusAndHeaders, String body) throws IOException {
    String reply =
        "HTTP/1.1 "
            + statusAndHeaders
            + "\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body;
    socket.getOutputStream().write(reply.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Reads to the first empty line or to the end. */
  public static String readHead(Socket socket) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.write(next);
      if (next == '\n' && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString(ISO_8859_1);
  }

  /** Reads a request with its body and returns its head, which is empty at the end. */
  public static String readRequest(Socket socket) throws IOException {
    String head = readHead(socket);
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      socket.getInputStream().skipNBytes(Long.parseLong(length.group(1)));
    }
    return head;
  }

  /** Never answers; ends with the connection. */
  public static void silent(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    while (in.read() >= 0) {
      // Discarded.
    }
  }

  public int port() {
    return listening.getLocalPort();
  }

  public String authority() {
    return "127.0.0.1:" + port();
  }

  /** Returns whether this server has closed every connection. */
  boolean isIdle() {
    return connections.isEmpty();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        connections.add(socket);
        daemon(() -> serve(socket), "scripted-connection");
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private static void daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket socket) {
    try (socket) {
      script.serve(socket);
    } catch (IOException e) {
      // The client closed the connection.
    } finally {
      connections.remove(socket);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      // The thread in accept() may still accept one connection.
      accepting.join();
      for (Socket socket : connections) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
