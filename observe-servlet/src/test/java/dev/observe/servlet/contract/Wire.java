/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection of a client that parses the raw bytes. */
final class Wire implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket = new Socket();
  private final InputStream in;

  private Wire(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  static Wire connect(int port) throws IOException {
    return new Wire(port);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  int localPort() {
    return socket.getLocalPort();
  }

  /** Reads the response to a GET. */
  Answer read() throws IOException {
    return read("GET");
  }

  /** Reads one response, whose framing depends on the request method. */
  Answer read(String method) throws IOException {
    List<String> head = new ArrayList<>();
    int status;
    do {
      if (!readHead(head)) {
        return new Answer(0, List.of(), "", Answer.Ending.CLOSED);
      }
      status = Integer.parseInt(head.get(0).split(" ", 3)[1]);
    } while (status < 200 && status != 101);
    Answer bare = new Answer(status, head, "", Answer.Ending.COMPLETE);
    if (status == 101 || status == 204 || status == 304 || method.equals("HEAD")) {
      return bare;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean complete = readBody(bare, body);
    return new Answer(
        status,
        head,
        body.toString(StandardCharsets.ISO_8859_1),
        complete ? Answer.Ending.COMPLETE : Answer.Ending.CUT_OFF);
  }

  /** Reads the head of a response without its body. */
  Answer readHeadOnly() throws IOException {
    List<String> head = new ArrayList<>();
    if (!readHead(head)) {
      return new Answer(0, List.of(), "", Answer.Ending.CLOSED);
    }
    int status = Integer.parseInt(head.get(0).split(" ", 3)[1]);
    return new Answer(status, head, "", Answer.Ending.LEFT);
  }

  private boolean readHead(List<String> head) throws IOException {
    head.clear();
    String line = readLine();
    while (line != null && !line.isEmpty()) {
      head.add(line);
      line = readLine();
    }
    return line != null && !head.isEmpty();
  }

  private boolean readBody(Answer answer, ByteArrayOutputStream body) throws IOException {
    if (answer.header("Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
      return readChunks(body);
    }
    String length = answer.header("Content-Length");
    if (!length.isEmpty()) {
      return readBytes(Integer.parseInt(length), body);
    }
    int next = readByte();
    while (next >= 0) {
      body.write(next);
      next = readByte();
    }
    // The body ends with the connection: a close completes it, a reset cuts it off.
    return next == -1;
  }

  private boolean readChunks(ByteArrayOutputStream body) throws IOException {
    while (true) {
      String size = readLine();
      if (size == null) {
        return false;
      }
      int length = Integer.parseInt(size.split(";", 2)[0].trim(), 16);
      if (length == 0) {
        String trailer = readLine();
        while (trailer != null && !trailer.isEmpty()) {
          trailer = readLine();
        }
        return trailer != null;
      }
      if (!readBytes(length, body) || readLine() == null) {
        return false;
      }
    }
  }

  private boolean readBytes(int count, ByteArrayOutputStream body) throws IOException {
    for (int i = 0; i < count; i++) {
      int next = readByte();
      if (next < 0) {
        return false;
      }
      body.write(next);
    }
    return true;
  }

  /** Reads a line without its end, or returns null at the end of the connection. */
  String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = readByte();
      if (next < 0) {
        return null;
      }
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(next);
    }
  }

  /** Returns the next byte, -1 after a close, -2 after a reset. */
  int readByte() throws IOException {
    try {
      return in.read();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return -2;
    }
  }

  /** Resets the connection, as a crashing client does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
