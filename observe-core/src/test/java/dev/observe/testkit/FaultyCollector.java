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
 * An OTLP/HTTP collector on loopback that behaves as badly as it is told to, and knows which spans
 * it has acknowledged: those with the attribute {@code test.id}. Plain sockets, as an HTTP server
 * would be too polite to cut a reply or to answer without an end.
 */
public final class FaultyCollector implements AutoCloseable {
  /** The attribute that spans carry their number in. */
  public static final String ID = "test.id";

  /** What the collector does with a request that it has read. */
  public enum Mode {
    /** 200, all spans kept. */
    OK,
    /** 200 after {@link #slowMillis}, all spans kept. */
    SLOW,
    /** Never answers, and never will: not even when the mode changes. */
    HANG,
    /** {@link #status}, with {@code Retry-After} if {@link #retryAfter} says so. */
    STATUS,
    /**
     * 200 with {@code partial_success}: the last {@link #reject} spans of a request are refused.
     */
    PARTIAL,
    /** 200 and a body without end; spans kept. */
    HUGE,
    /** 200 and a body that is 50 MiB when decompressed; spans kept. */
    GZIP_BOMB,
    /** 200 and half of the body announced, then the connection is closed; spans not kept. */
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

  /** Changes what is done with requests from now on. */
  public void mode(Mode mode) {
    this.mode = mode;
  }

  /** Answers with this status from now on; an empty {@code retryAfter} sends no such header. */
  public void status(int status, String retryAfter) {
    this.status = status;
    this.retryAfter = retryAfter;
    this.mode = Mode.STATUS;
  }

  /** Refuses the last {@code reject} spans of each request from now on. */
  public void partial(int reject) {
    this.reject = reject;
    this.mode = Mode.PARTIAL;
  }

  /** Answers after {@code slowMillis} from now on. */
  public void slow(long slowMillis) {
    this.slowMillis = slowMillis;
    this.mode = Mode.SLOW;
  }

  /** Closes the port and every connection: connecting is refused until {@link #reopen}. */
  public void refuse() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // A thread that still is in accept() takes one connection more.
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

  /** Returns the ids of the acknowledged spans, and how often each was. */
  public Map<Long, Integer> received() {
    return Map.copyOf(received);
  }

  /**
   * Returns when the last of the spans with ids below {@code end} was acknowledged first, by {@link
   * System#nanoTime}; empty if none was.
   */
  public OptionalLong lastArrivalNanos(long end) {
    return arrivedNanos.entrySet().stream()
        .filter(arrival -> arrival.getKey() < end)
        .mapToLong(Map.Entry::getValue)
        .max();
  }

  /** Returns how many spans were acknowledged, with duplicates. */
  public long spans() {
    return spans.get();
  }

  /** Returns when each request was read, by {@link System#nanoTime}. */
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

  /** Returns how many bytes were written in replies without an end. */
  public long replyBytes() {
    return replyBytes.get();
  }

  /** Returns how many connections were accepted. */
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
              // Closed: no more connections from this socket.
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
        // Closed is what it should be.
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
      // The client hung up, or the collector was closed.
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
        keep(request, 0);
        reply(out, "200 OK", "", new byte[0]);
      }
      case SLOW -> {
        boolean ended = closed.await(slowMillis, TimeUnit.MILLISECONDS);
        keep(request, 0);
        reply(out, "200 OK", "", new byte[0]);
        return !ended;
      }
      case HANG -> closed.await();
      case STATUS -> {
        String wait = retryAfter.isEmpty() ? "" : "Retry-After: " + retryAfter + "\r\n";
        reply(out, status + " Status", wait, new byte[0]);
      }
      case PARTIAL -> {
        int refused = keep(request, reject);
        reply(out, "200 OK", "", partialSuccess(refused));
      }
      case HUGE -> {
        keep(request, 0);
        writeWithoutEnd(out);
      }
      case GZIP_BOMB -> {
        keep(request, 0);
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

  /** Keeps all but the last {@code refuse} spans and returns how many it refused. */
  private int keep(ExportTraceServiceRequest request, int refuse) {
    int total = 0;
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        total += scope.getSpansCount();
      }
    }
    int left = Math.max(0, total - refuse);
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          if (left-- > 0) {
            keep(span);
          }
        }
      }
    }
    return Math.min(total, refuse);
  }

  private void keep(Span span) {
    spans.incrementAndGet();
    for (KeyValue attribute : span.getAttributesList()) {
      if (attribute.getKey().equals(ID)) {
        received.merge(attribute.getValue().getIntValue(), 1, Integer::sum);
        arrivedNanos.putIfAbsent(attribute.getValue().getIntValue(), System.nanoTime());
      }
    }
  }

  private static byte[] partialSuccess(int refused) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(refused)
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
