/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * An OTLP/HTTP collector on loopback with configurable faults, which records the ids of the spans
 * it acknowledged. It uses plain sockets, as an HTTP server cannot cut a response or send one
 * without an end.
 */
public final class FaultyCollector implements AutoCloseable {
  /** The attribute with the id of a span. */
  public static final String ID = "test.id";

  /** The behaviour after a request was read. */
  public enum Mode {
    /** 200, all spans acknowledged. */
    OK,
    /** 200 after {@link #slowMillis}, all spans acknowledged. */
    SLOW,
    /** No answer, not even after the mode changes. */
    HANG,
    /** {@link #status}, with {@code Retry-After} if {@link #retryAfter} is not empty. */
    STATUS,
    /** 200 with {@code partial_success} that rejects the last {@link #reject} spans. */
    PARTIAL,
    /** 200 and a body without end; spans acknowledged. */
    HUGE,
    /** 200 and a body that is 50 MiB when decompressed; spans acknowledged. */
    GZIP_BOMB,
    /** 200 and half of the body, then the connection is closed; spans not acknowledged. */
    CUT
  }

  private final Map<Long, Integer> received = new ConcurrentHashMap<>();
  private final Map<Long, Long> arrivedNanos = new ConcurrentHashMap<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<Long> requestNanos = new CopyOnWriteArrayList<>();
  private final AtomicLong spans = new AtomicLong();
  private final AtomicLong biggestRequest = new AtomicLong();
  private final AtomicLong replyBytes = new AtomicLong();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Map<String, String>> requestHeaders = new CopyOnWriteArrayList<>();
  private final int port;
  private volatile ServerSocket server;
  private volatile CompletableFuture<Void> accepting;
  private volatile Mode mode = Mode.OK;
  private volatile int status = 503;
  private volatile String retryAfter = "";
  private volatile int reject = 1;
  private volatile long slowMillis = 500;

  private FaultyCollector() throws IOException {
    server = listen(0);
    port = server.getLocalPort();
    accepting = acceptOn(server);
  }

  /** Starts a collector on a free port, in mode {@link Mode#OK}. */
  public static FaultyCollector start() {
    try {
      return new FaultyCollector();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the value for {@code otel.exporter.otlp.endpoint}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** Changes the behaviour for the following requests. */
  public void mode(Mode mode) {
    this.mode = mode;
  }

  /** Answers with this status from now on, without {@code Retry-After} if that is empty. */
  public void status(int status, String retryAfter) {
    this.status = status;
    this.retryAfter = retryAfter;
    this.mode = Mode.STATUS;
  }

  /** Rejects the last {@code reject} spans of each request from now on. */
  public void partial(int reject) {
    this.reject = reject;
    this.mode = Mode.PARTIAL;
  }

  /** Answers after {@code slowMillis} from now on. */
  public void slow(long slowMillis) {
    this.slowMillis = slowMillis;
    this.mode = Mode.SLOW;
  }

  /** Closes the port and every connection; connects are refused until {@link #reopen}. */
  public void refuse() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // A thread in accept() may accept one more connection.
    accepting.join();
    dropConnections();
  }

  /** Listens again, on the same port. */
  public void reopen() {
    try {
      server = listen(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    accepting = acceptOn(server);
  }

  /** Returns the number of acknowledgements of each span id. */
  public Map<Long, Integer> received() {
    return Map.copyOf(received);
  }

  /**
   * Returns the time at which every acknowledged id below {@code end} had arrived, by {@link
   * System#nanoTime}; empty if there is none.
   */
  public OptionalLong lastArrivalNanos(long end) {
    return arrivedNanos.entrySet().stream()
        .filter(arrival -> arrival.getKey() < end)
        .mapToLong(Map.Entry::getValue)
        .max();
  }

  /** Returns the number of acknowledged spans, with duplicates. */
  public long spans() {
    return spans.get();
  }

  /** Returns the time of each request, by {@link System#nanoTime}. */
  public List<Long> requestNanos() {
    return List.copyOf(requestNanos);
  }

  /** Returns the headers of each request, names in lower case. */
  public List<Map<String, String>> requestHeaders() {
    return List.copyOf(requestHeaders);
  }

  /** Returns the size of the biggest request body, decompressed. */
  public long biggestRequest() {
    return biggestRequest.get();
  }

  /** Returns the number of bytes written in responses without an end. */
  public long replyBytes() {
    return replyBytes.get();
  }

  /** Returns the number of accepted connections. */
  public int accepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    closed.countDown();
    refuse();
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    return socket;
  }

  private CompletableFuture<Void> acceptOn(ServerSocket listening) {
    return CompletableFuture.runAsync(
        () -> {
          while (!listening.isClosed()) {
            try {
              Socket socket = listening.accept();
              accepted.incrementAndGet();
              connections.add(socket);
              daemon(() -> serve(socket));
            } catch (IOException e) {
              // The socket was closed.
            }
          }
        },
        FaultyCollector::daemon);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "faulty-collector");
    thread.setDaemon(true);
    thread.start();
  }

  private void dropConnections() {
    for (Socket socket : connections) {
      try {
        socket.close();
      } catch (IOException e) {
        // The connection is closed in any case.
      }
    }
    connections.clear();
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean open = true;
      while (open) {
        Map<String, String> headers = readHead(in);
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        requestNanos.add(System.nanoTime());
        requestHeaders.add(headers);
        open = answer(headers, body, out);
      }
    } catch (IOException | InterruptedException e) {
      // The client or the collector closed the connection.
    } finally {
      connections.remove(socket);
    }
  }

  private static Map<String, String> readHead(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put(":request", readLine(in));
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }

  /** Answers one request and returns whether the connection stays open. */
  private boolean answer(Map<String, String> headers, byte[] raw, OutputStream out)
      throws IOException, InterruptedException {
    byte[] body = raw;
    if ("gzip".equals(headers.get("content-encoding"))) {
      body = new GZIPInputStream(new ByteArrayInputStream(raw)).readAllBytes();
    }
    biggestRequest.accumulateAndGet(body.length, Math::max);
    ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
    switch (mode) {
      case OK -> {
        acknowledge(request, 0);
        reply(out, "200 OK", "", new byte[0]);
      }
      case SLOW -> {
        boolean ended = closed.await(slowMillis, TimeUnit.MILLISECONDS);
        acknowledge(request, 0);
        reply(out, "200 OK", "", new byte[0]);
        return !ended;
      }
      case HANG -> closed.await();
      case STATUS -> {
        String wait = retryAfter.isEmpty() ? "" : "Retry-After: " + retryAfter + "\r\n";
        reply(out, status + " Status", wait, new byte[0]);
      }
      case PARTIAL -> {
        int rejected = acknowledge(request, reject);
        reply(out, "200 OK", "", partialSuccess(rejected));
      }
      case HUGE -> {
        acknowledge(request, 0);
        writeWithoutEnd(out);
      }
      case GZIP_BOMB -> {
        acknowledge(request, 0);
        reply(out, "200 OK", "Content-Encoding: gzip\r\n", bomb());
      }
      case CUT -> {
        head(out, "200 OK", "", 100);
        out.write(new byte[50]);
        out.flush();
        return false;
      }
    }
    return true;
  }

  /** Acknowledges all but the last {@code reject} spans; returns the number of rejected spans. */
  private int acknowledge(ExportTraceServiceRequest request, int reject) {
    int total = 0;
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        total += scope.getSpansCount();
      }
    }
    int left = Math.max(0, total - reject);
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          if (left-- > 0) {
            acknowledge(span);
          }
        }
      }
    }
    return Math.min(total, reject);
  }

  private void acknowledge(Span span) {
    spans.incrementAndGet();
    for (KeyValue attribute : span.getAttributesList()) {
      if (attribute.getKey().equals(ID)) {
        received.merge(attribute.getValue().getIntValue(), 1, Integer::sum);
        arrivedNanos.putIfAbsent(attribute.getValue().getIntValue(), System.nanoTime());
      }
    }
  }

  private static byte[] partialSuccess(int rejected) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(rejected)
                .setErrorMessage("too old"))
        .build()
        .toByteArray();
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1024 * 1024];
      for (int i = 0; i < 50; i++) {
        gzip.write(zeros);
      }
    }
    return bytes.toByteArray();
  }

  private static void head(OutputStream out, String line, String headers, int length)
      throws IOException {
    String head = "HTTP/1.1 " + line + "\r\n" + headers + "Content-Length: " + length + "\r\n\r\n";
    out.write(head.getBytes(ISO_8859_1));
  }

  private static void reply(OutputStream out, String line, String headers, byte[] body)
      throws IOException {
    head(out, line, headers, body.length);
    out.write(body);
    out.flush();
  }

  private void writeWithoutEnd(OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
    byte[] chunk = new byte[16 * 1024];
    while (closed.getCount() > 0) {
      out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(ISO_8859_1));
      out.write(chunk);
      out.write("\r\n".getBytes(ISO_8859_1));
      replyBytes.addAndGet(chunk.length);
    }
  }
}
