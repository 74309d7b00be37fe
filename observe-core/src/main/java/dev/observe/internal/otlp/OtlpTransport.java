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
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Urls;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Posts encoded requests, one at a time, on the caller's thread over one kept connection. */
public final class OtlpTransport {
  /** The limit of a reply: the specification needs a few bytes, an attacker may send gigabytes. */
  static final int MAX_REPLY_BYTES = 64 * 1024;

  /** The headers that the stock exporter adds. */
  private static final Set<String> STOCK_HEADERS = Set.of("User-Agent");

  private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);

  private final HttpSenderConfig config;
  private final URI endpoint;
  private final RequestHead head;

  /** Held while posting: an exporter may have several callers, and there is one connection. */
  private final ReentrantLock posting = new ReentrantLock();

  private volatile @Nullable HttpConnection connection;
  private volatile boolean aborted;

  /**
   * Checks the settings. The worker connects with the first request, not the application's start.
   */
  OtlpTransport(HttpSenderConfig config) {
    this.config = config;
    this.endpoint = config.getEndpoint();
    this.head = head(config);
    Map<String, List<String>> headers = config.getHeadersSupplier().get();
    if (headers != null && !STOCK_HEADERS.containsAll(headers.keySet())) {
      checkHeaders();
    }
  }

  /** Returns the head of the stock OTLP exporter's requests. */
  static RequestHead head(HttpSenderConfig config) {
    RequestHead head = new RequestHead("POST", config.getEndpoint());
    head.header("Content-Type", config.getContentType());
    Compressor compressor = config.getCompressor();
    if (compressor != null) {
      head.header("Content-Encoding", compressor.getEncoding());
    }
    return head.headers(config.getHeadersSupplier());
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

  /** Returns {@code endpoint} without user and query, which may contain secrets. */
  static String withoutSecrets(URI endpoint) {
    return Urls.base(endpoint) + endpoint.getPath();
  }

  /** Returns the time limit of one request, as configured. */
  public Duration timeout() {
    return Connector.bounded(config.getTimeout());
  }

  /** Posts and waits for the reply; the timeout includes the lookup of the host. */
  public SendOutcome post(byte[] request, long timeoutNanos) {
    return post(request, request.length, timeoutNanos);
  }

  /** Posts the first {@code length} bytes of the array, like {@link #post(byte[], long)}. */
  public SendOutcome post(byte[] request, int length, long timeoutNanos) {
    posting.lock();
    try {
      return postAlone(request, length, System.nanoTime() + timeoutNanos);
    } finally {
      posting.unlock();
    }
  }

  private SendOutcome postAlone(byte[] request, int length, long deadlineNanos) {
    HttpConnection current = connection();
    try {
      current.open(deadlineNanos);
      Compressor compressor = config.getCompressor();
      if (compressor != null) {
        byte[] compressed = compress(request, length, compressor);
        return outcome(exchange(current, compressed, compressed.length));
      }
      return outcome(exchange(current, request, length));
    } catch (HeadersUnavailable e) {
      return new SendOutcome.Unavailable(SafeText.oneLine(e.getMessage()), 0, false);
    } catch (IOException | RuntimeException e) {
      current.close();
      return unavailable(e, deadlineNanos);
    }
  }

  private HttpResponse exchange(HttpConnection current, byte[] body, int length)
      throws IOException {
    return current.exchange(head(length, current.isToProxy()), body, length, MAX_REPLY_BYTES);
  }

  private byte[] head(int length, boolean toProxy) throws HeadersUnavailable {
    try {
      return head.bytes(length, toProxy);
    } catch (RuntimeException e) {
      // Headers may come from a supplier, for example of tokens, that fails temporarily.
      throw new HeadersUnavailable(e);
    }
  }

  /** The header supplier failed; the connection is still usable. */
  private static final class HeadersUnavailable extends IOException {
    private static final long serialVersionUID = 1;

    HeadersUnavailable(RuntimeException cause) {
      super("no request headers, " + SafeText.describe(cause), cause);
    }
  }

  /** Ends a request in flight, without blocking, and prevents further ones. Any thread. */
  public void abort() {
    aborted = true;
    HttpConnection current = connection;
    if (current != null) {
      current.abort();
    }
  }

  /** Releases the connection; on the thread that posts. */
  public void close() {
    HttpConnection current = connection;
    if (current != null && posting.tryLock()) {
      try {
        current.close();
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
      // Not thrown: the output is memory.
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
    HttpConnection made = new HttpConnection(connector, NanoClock.SYSTEM);
    connection = made;
    if (aborted) {
      made.abort();
    }
    return made;
  }

  private static SendOutcome outcome(HttpResponse reply) {
    int status = reply.status();
    if (status >= 200 && status < 300) {
      PartialSuccess partial = PartialSuccess.decode(inflated(reply));
      return new SendOutcome.Accepted(
          status, partial.rejectedSpans(), SafeText.oneLine(partial.message()));
    }
    if (RETRYABLE.contains(status)) {
      String header = reply.header("retry-after");
      long wait = header == null ? 0 : RetryAfter.nanos(header, Instant.now());
      return new SendOutcome.Unavailable("HTTP " + status, wait, false);
    }
    return new SendOutcome.Refused(status, "HTTP " + status);
  }

  /** Inflates a compressed reply, which we do not request, up to the same limit. */
  private static byte[] inflated(HttpResponse reply) {
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
    boolean late = System.nanoTime() - deadlineNanos >= 0;
    boolean slow = failure instanceof SocketTimeoutException;
    String cause =
        slow && !late
            ? SafeText.oneLine(failure.getMessage())
            : HttpConnection.describe(failure, deadlineNanos);
    return new SendOutcome.Unavailable(cause, 0, slow || cause.equals(HttpConnection.LATE));
  }
}
