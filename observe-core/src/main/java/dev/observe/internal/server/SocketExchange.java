/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.AbortableExchange;
import dev.observe.internal.exposition.PageExchange;
import dev.observe.internal.exposition.PageMetrics.AbortReason;
import dev.observe.internal.server.ConnectionState.Phase;
import dev.observe.internal.server.ConnectionState.TimedPhase;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection and its response. Only {@link #abort} may be called by other threads.
 */
final class SocketExchange extends PageExchange implements AbortableExchange {
  /** The reason phrase of each status that the server or a handler sends. */
  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(300, "Multiple Choices"),
          Map.entry(303, "See Other"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(414, "URI Too Long"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(505, "HTTP Version Not Supported"));

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final Connection connection;
  private final OutputStream out;
  private final RequestHead request;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private boolean keepAlive;
  private @Nullable Body body;

  /** The phase that an abort of this exchange ends; null before the first byte. */
  private volatile @Nullable TimedPhase writing;

  private volatile boolean aborted;

  SocketExchange(Connection connection, OutputStream out, RequestHead request) {
    this.connection = connection;
    this.out = out;
    this.request = request;
    this.keepAlive = request.keepsAlive();
  }

  /** Answers a request whose head cannot be parsed. */
  static void reject(Connection connection, OutputStream out, int status) throws IOException {
    connection.enter(Phase.WRITING);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-length", "0");
    headers.put("connection", "close");
    out.write(head(status, headers));
    out.flush();
  }

  RequestHead head() {
    return request;
  }

  boolean sent() {
    return body != null;
  }

  @Override
  public PrometheusHttpRequest getRequest() {
    return request;
  }

  /** Sets a header of the response; a second value replaces the first. */
  @Override
  public void setHeader(String name, String value) {
    String both = name + value;
    if (both.indexOf('\r') >= 0 || both.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a header must not contain a line break, was " + name);
    }
    headers.put(name.toLowerCase(Locale.ROOT), value);
  }

  @Override
  public OutputStream sendHeadersAndGetBody(int status, int contentLength) throws IOException {
    if (body != null) {
      throw new IOException("the response is already sent");
    }
    boolean unknownLength = contentLength == 0;
    if (contentLength > 0) {
      headers.put("content-length", Integer.toString(contentLength));
    } else if (contentLength < 0 && !request.head()) {
      headers.put("content-length", "0");
    } else if (unknownLength && !request.head()) {
      // The end of the connection ends the body, as in HTTP/1.0.
      headers.remove("content-length");
      keepAlive = false;
    }
    if (!keepAlive) {
      headers.put("connection", "close");
    }
    connection.enter(Phase.WRITING);
    writing = connection.state().current();
    if (aborted) {
      throw new IOException("aborted");
    }
    Body sending = new Body(request.head() ? -1 : contentLength);
    body = sending;
    out.write(head(status, headers));
    return sending;
  }

  private static byte[] head(int status, Map<String, String> headers) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ');
    head.append(REASONS.getOrDefault(status, "")).append("\r\n");
    // RFC 9110 6.6.1: a server with a clock sends the date.
    head.append("date: ");
    head.append(HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
    head.append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Flushes the response; returns whether the connection can serve another request. */
  boolean finish() throws IOException {
    if (body == null) {
      headers.clear();
      sendHeadersAndGetBody(500, -1);
    }
    out.flush();
    if (body != null && body.left > 0) {
      // The handler wrote less than the announced length: only an abort makes that visible.
      throw new IOException("the response is incomplete");
    }
    return keepAlive;
  }

  @Override
  public void abort(AbortReason reason) {
    // Either this thread reads the phase, or the thread of the connection reads the flag.
    aborted = true;
    TimedPhase phase = writing;
    if (phase != null) {
      connection.abort(phase, reason);
    }
  }

  /** The body of a response; rejects more bytes than the announced length. */
  private final class Body extends OutputStream {
    private final boolean discarding;
    private final boolean bounded;
    private int left;

    Body(int length) {
      this.discarding = length < 0;
      this.bounded = length > 0;
      this.left = Math.max(0, length);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (discarding) {
        return;
      }
      if (bounded && length > left) {
        throw new IOException("the body exceeds the announced content length");
      }
      left -= bounded ? length : 0;
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
