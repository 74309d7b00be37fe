/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** One HTTP response, read from a socket. */
public final class Reply {
  private final String statusLine;
  private final Map<String, String> headers;
  private final byte[] body;

  private Reply(String statusLine, Map<String, String> headers, byte[] body) {
    this.statusLine = statusLine;
    this.headers = headers;
    this.body = body;
  }

  public String statusLine() {
    return statusLine;
  }

  public int status() {
    return Integer.parseInt(statusLine.split(" ", -1)[1]);
  }

  public byte[] body() {
    return body.clone();
  }

  /** Sends one GET with further header lines, and reads until the server closes. */
  public static Reply get(int port, String target, String... headers) throws IOException {
    return request(port, "GET", target, headers);
  }

  static Reply request(int port, String method, String target, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return raw(port, request.append("Connection: close\r\n\r\n").toString());
  }

  static Reply raw(int port, String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return read(socket.getInputStream());
    }
  }

  /** Reads a response whose body ends with the connection. */
  public static Reply read(InputStream in) throws IOException {
    byte[] head = readHead(in);
    return parse(head, in.readAllBytes());
  }

  /** Reads a response by its content length, and keeps the connection open. */
  static Reply readOne(InputStream in) throws IOException {
    byte[] head = readHead(in);
    Reply reply = parse(head, new byte[0]);
    int length = Integer.parseInt(reply.header("content-length"));
    return parse(head, in.readNBytes(length));
  }

  private static byte[] readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("connection ended within the head: " + head);
      }
      head.write(b);
      matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : (b == '\r' ? 1 : 0);
    }
    return head.toByteArray();
  }

  private static Reply parse(byte[] head, byte[] body) {
    String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).trim());
      }
    }
    return new Reply(lines[0], headers, body);
  }

  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public String unzipped() throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
