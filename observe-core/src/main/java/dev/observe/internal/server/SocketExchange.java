/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.AbortableExchange;
import dev.observe.internal.exposition.PageMetrics.Cut;
import dev.observe.internal.server.ConnectionPhase.Stay;
import dev.observe.internal.server.ConnectionPhase.Step;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
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

/** One request on a connection and the response to it. Used by the connection's thread only. */
final class SocketExchange
    implements PrometheusHttpExchange, PrometheusHttpResponse, AbortableExchange {
  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(414, "URI Too Long"),
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

  /** What a cut of this exchange means; null before the first byte. */
  private volatile @Nullable Stay writing;

  private volatile boolean abandoned;

  SocketExchange(Connection connection, OutputStream out, RequestHead request) {
    this.connection = connection;
    this.out = out;
    this.request = request;
    this.keepAlive = request.keepsAlive();
  }

  /** Answers a request that could not be understood, so that nobody can say to whom. */
  static void refuse(Connection connection, OutputStream out, int status) throws IOException {
    connection.enter(Step.WRITING);
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

  @Override
  public PrometheusHttpResponse getResponse() {
    return this;
  }

  /** Sets a header of the response; a second value takes the place of the first. */
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
      throw new IOException("the response was sent already");
    }
    boolean unknownLength = contentLength == 0;
    if (contentLength > 0) {
      headers.put("content-length", Integer.toString(contentLength));
    } else if (contentLength < 0 && !request.head()) {
      headers.put("content-length", "0");
    } else if (unknownLength && !request.head()) {
      // Ended by closing the connection, which HTTP/1.0 knows too.
      headers.remove("content-length");
      keepAlive = false;
    }
    if (!keepAlive) {
      headers.put("connection", "close");
    }
    connection.enter(Step.WRITING);
    writing = connection.phase().stay();
    if (abandoned) {
      throw new IOException("cut");
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
    // RFC 9110 6.6.1: a server that has a clock sends the date.
    head.append("date: ");
    head.append(HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
    head.append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends what is left; true if the connection can serve another request. */
  boolean finish() throws IOException {
    if (body == null) {
      headers.clear();
      sendHeadersAndGetBody(500, -1);
    }
    out.flush();
    if (body != null && body.left > 0) {
      // The client was promised more than the handler wrote: only a broken end tells it so.
      throw new IOException("the response is incomplete");
    }
    return keepAlive;
  }

  @Override
  public void cut(Cut reason) {
    // Either this thread sees the stay or the other one sees the flag.
    abandoned = true;
    Stay stay = writing;
    if (stay != null) {
      connection.cut(stay, reason);
    }
  }

  @Override
  public void handleException(IOException e) throws IOException {
    throw e;
  }

  @Override
  public void handleException(RuntimeException e) {
    throw e;
  }

  @Override
  public void close() {
    // The connection finishes the exchange when the handler has returned.
  }

  /** The body of a response, held to the length that was announced. */
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
        throw new IOException("more than the announced content length");
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
