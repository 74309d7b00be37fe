/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.http.Connector;
import dev.observe.internal.http.HttpConnection;
import dev.observe.internal.http.HttpResponse;
import dev.observe.internal.http.RequestHead;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.LogText;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Posts encoded requests, one at a time, on the caller's thread and over one connection that is
 * kept.
 */
public final class OtlpTransport {
  /**
   * What we read of a reply; the specification needs a few bytes, an attacker may send gigabytes.
   */
  static final int MAX_REPLY_BYTES = 64 * 1024;

  /** What the stock exporter adds by itself. */
  private static final Set<String> STOCK_HEADERS = Set.of("User-Agent");

  private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);

  private final HttpSenderConfig config;
  private final URI endpoint;
  private final RequestHead head;

  /** Held while posting: a plain exporter may have several callers, and the connection is one. */
  private final ReentrantLock posting = new ReentrantLock();

  private volatile @Nullable HttpConnection connection;
  private volatile boolean aborted;

  /**
   * Checks the settings; what it takes to connect waits for the first request, which is made by the
   * worker and not by the application's start.
   */
  OtlpTransport(HttpSenderConfig config) {
    this.config = config;
    this.endpoint = config.getEndpoint();
    this.head = RequestHead.post(config);
    Map<String, List<String>> headers = config.getHeadersSupplier().get();
    if (headers != null && !STOCK_HEADERS.containsAll(headers.keySet())) {
      checkHeaders();
    }
  }

  private void checkHeaders() {
    try {
      head.bytes(0, false);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          SpanExporters.named("otel.exporter.otlp.headers")
              + " must be headers that a client may set, was rejected: "
              + e.getMessage(),
          e);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  /** Returns {@code endpoint} without user and query, as either may hold a secret. */
  static String shown(URI endpoint) {
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return endpoint.getScheme() + "://" + endpoint.getHost() + port + endpoint.getPath();
  }

  /** Returns the time limit of one request, as configured. */
  public Duration timeout() {
    return Connector.bounded(config.getTimeout());
  }

  /** Posts and waits for the reply, from looking up the host to its last byte within the limit. */
  public SendOutcome post(byte[] request, long timeoutNanos) {
    return post(request, request.length, timeoutNanos);
  }

  /** As {@link #post(byte[], long)}, the first {@code length} bytes of the array. */
  public SendOutcome post(byte[] request, int length, long timeoutNanos) {
    posting.lock();
    try {
      return postAlone(request, length, System.nanoTime() + timeoutNanos);
    } finally {
      posting.unlock();
    }
  }

  private SendOutcome postAlone(byte[] request, int length, long deadlineNanos) {
    HttpConnection line = connection();
    try {
      line.open(deadlineNanos);
      Compressor compressor = config.getCompressor();
      if (compressor != null) {
        byte[] compressed = compress(request, length, compressor);
        return outcome(exchange(line, compressed, compressed.length));
      }
      return outcome(exchange(line, request, length));
    } catch (NoHead e) {
      return new SendOutcome.Unavailable(LogText.oneLine(e.getMessage()), 0, false);
    } catch (IOException | RuntimeException e) {
      line.close();
      return unavailable(e, deadlineNanos);
    }
  }

  private HttpResponse exchange(HttpConnection line, byte[] body, int length) throws IOException {
    return line.exchange(head(length, line.isToProxy()), body, length, MAX_REPLY_BYTES);
  }

  private byte[] head(int length, boolean toProxy) throws NoHead {
    try {
      return head.bytes(length, toProxy);
    } catch (RuntimeException e) {
      // Headers may come from a supplier, for example of tokens, that fails for a while.
      throw new NoHead(e);
    }
  }

  /** There are no headers to send; the connection is as good as it was. */
  private static final class NoHead extends IOException {
    private static final long serialVersionUID = 1;

    NoHead(RuntimeException cause) {
      super("no request headers, " + LogText.describe(cause), cause);
    }
  }

  /** Ends what is under way, without blocking; nothing is posted from now on. Any thread. */
  public void abort() {
    aborted = true;
    HttpConnection line = connection;
    if (line != null) {
      line.abort();
    }
  }

  /** Releases the connection; on the thread that posts. */
  public void close() {
    HttpConnection line = connection;
    if (line != null && posting.tryLock()) {
      try {
        line.close();
      } finally {
        posting.unlock();
      }
    }
    abort();
  }

  private static byte[] compress(byte[] request, int length, Compressor compressor) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(512, length / 4));
    try (OutputStream out = compressor.compress(bytes)) {
      out.write(request, 0, length);
    } catch (IOException e) {
      // Only memory is written to.
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private HttpConnection connection() {
    HttpConnection existing = connection;
    if (existing != null) {
      return existing;
    }
    ProxyOptions proxy = config.getProxyOptions();
    Connector connector =
        new Connector(
            endpoint,
            config.getSslContext(),
            proxy == null ? ProxySelector.getDefault() : proxy.getProxySelector(),
            config.getConnectTimeout());
    HttpConnection made =
        new HttpConnection(connector, "https".equals(endpoint.getScheme()), System::nanoTime);
    connection = made;
    if (aborted) {
      made.abort();
    }
    return made;
  }

  private static SendOutcome outcome(HttpResponse reply) {
    int status = reply.status();
    if (status >= 200 && status < 300) {
      PartialSuccess partial = PartialSuccess.decode(plain(reply));
      return new SendOutcome.Accepted(
          status, partial.rejectedSpans(), LogText.oneLine(partial.message()));
    }
    if (RETRYABLE.contains(status)) {
      String header = reply.header("retry-after");
      long wait = header == null ? 0 : RetryAfter.nanos(header, Instant.now());
      return new SendOutcome.Unavailable("HTTP " + status, wait, false);
    }
    return new SendOutcome.Refused(status, "HTTP " + status);
  }

  /** We ask for no compression; where a reply has it all the same, its end is bounded as well. */
  private static byte[] plain(HttpResponse reply) {
    String encoding = reply.header("content-encoding");
    if (!"gzip".equalsIgnoreCase(encoding)) {
      return reply.body();
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(reply.body()))) {
      return in.readNBytes(MAX_REPLY_BYTES);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private SendOutcome unavailable(Exception failure, long deadlineNanos) {
    if (aborted) {
      return new SendOutcome.Unavailable("cancelled", 0, false);
    }
    if (failure instanceof UnknownHostException) {
      return new SendOutcome.Unavailable("host name unknown", 0, false);
    }
    if (failure instanceof ConnectException) {
      return new SendOutcome.Unavailable("connection refused", 0, false);
    }
    if (System.nanoTime() - deadlineNanos >= 0) {
      return new SendOutcome.Unavailable("no reply in time", 0, true);
    }
    return failure instanceof SocketTimeoutException
        ? new SendOutcome.Unavailable(LogText.oneLine(failure.getMessage()), 0, true)
        : new SendOutcome.Unavailable(LogText.describe(failure), 0, false);
  }
}
