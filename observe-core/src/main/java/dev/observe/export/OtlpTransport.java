/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Posts encoded requests with the JDK's HTTP client. One request at a time. */
final class OtlpTransport {
  /**
   * What we read of a reply; the specification needs a few bytes, an attacker may send gigabytes.
   */
  static final int MAX_REPLY_BYTES = 64 * 1024;

  /** What the stock exporter adds by itself. */
  private static final Set<String> STOCK_HEADERS = Set.of("User-Agent");

  private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);
  private static final int IDLE_THREAD_SECONDS = 5;
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  private final HttpSenderConfig config;
  private final URI endpoint;
  private @Nullable HttpClient client;
  private @Nullable ExecutorService executor;
  private volatile @Nullable CompletableFuture<?> underWay;
  private volatile boolean aborted;

  /**
   * Checks the settings as far as that goes without a client: building one takes 0.2 to 0.5 s, so
   * it waits for the first request, which is made by the worker and not by the application's start.
   * A request alone takes 10 ms of a cold start, so only headers that somebody has set cost it.
   */
  OtlpTransport(HttpSenderConfig config) {
    this.config = config;
    this.endpoint = config.getEndpoint();
    Map<String, List<String>> headers = config.getHeadersSupplier().get();
    if (headers != null && !STOCK_HEADERS.containsAll(headers.keySet())) {
      checkHeaders();
    }
  }

  private void checkHeaders() {
    try {
      newRequest(new byte[0]);
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
  Duration timeout() {
    return bounded(config.getTimeout());
  }

  Outcome post(byte[] request, long timeoutNanos) {
    HttpRequest httpRequest;
    try {
      httpRequest = newRequest(request);
    } catch (RuntimeException e) {
      // Headers may come from a supplier, for example of tokens, that fails for a while.
      return new Outcome.Unavailable("no request headers, " + Text.describe(e), 0, false);
    }
    CompletableFuture<HttpResponse<byte[]>> reply =
        client().sendAsync(httpRequest, info -> new LimitedBody(MAX_REPLY_BYTES));
    underWay = reply;
    if (aborted) {
      reply.cancel(true);
    }
    try {
      return outcome(Uninterrupted.get(reply, timeoutNanos));
    } catch (TimeoutException e) {
      reply.cancel(true);
      return new Outcome.Unavailable("no reply in time", 0, true);
    } catch (CancellationException e) {
      return new Outcome.Unavailable("cancelled", 0, false);
    } catch (ExecutionException e) {
      return unavailable(e.getCause() == null ? e : e.getCause());
    } finally {
      underWay = null;
    }
  }

  void abort() {
    aborted = true;
    CompletableFuture<?> reply = underWay;
    if (reply != null) {
      reply.cancel(true);
    }
  }

  /** Releases the client; on the thread that posts. */
  void close() {
    abort();
    Object closing = client;
    client = null;
    if (closing instanceof AutoCloseable closeable) {
      // From Java 21 on; before that the client's thread ends when the client is collected.
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    if (executor != null) {
      executor.shutdown();
    }
  }

  private HttpRequest newRequest(byte[] request) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint);
    Map<String, List<String>> headers = config.getHeadersSupplier().get();
    if (headers != null) {
      headers.forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    }
    builder.header("Content-Type", config.getContentType());
    Compressor compressor = config.getCompressor();
    if (compressor != null) {
      builder.header("Content-Encoding", compressor.getEncoding());
    }
    byte[] body = compressor == null ? request : compress(request, compressor);
    return builder.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
  }

  private static byte[] compress(byte[] request, Compressor compressor) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(512, request.length / 4));
    try (OutputStream out = compressor.compress(bytes)) {
      out.write(request);
    } catch (IOException e) {
      // Only memory is written to.
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private HttpClient client() {
    HttpClient existing = client;
    if (existing != null) {
      return existing;
    }
    ExecutorService threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Threads.factory("observe-export-http"));
    // No HTTP/2: in clear text it costs an upgrade, and one request at a time gains nothing by it.
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(threads);
    Duration connectTimeout = bounded(config.getConnectTimeout());
    builder.connectTimeout(connectTimeout);
    if (config.getSslContext() != null) {
      builder.sslContext(config.getSslContext());
    }
    ProxyOptions proxy = config.getProxyOptions();
    if (proxy != null) {
      builder.proxy(proxy.getProxySelector());
    }
    HttpClient built = builder.build();
    executor = threads;
    client = built;
    return built;
  }

  static Duration bounded(Duration timeout) {
    boolean unlimited = timeout.isZero() || timeout.isNegative();
    return unlimited || timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout;
  }

  private static Outcome outcome(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      PartialSuccess partial = PartialSuccess.decode(plain(response));
      return new Outcome.Accepted(status, partial.rejectedSpans(), Text.oneLine(partial.message()));
    }
    if (RETRYABLE.contains(status)) {
      long wait =
          response
              .headers()
              .firstValue("Retry-After")
              .map(header -> RetryAfter.nanos(header, Instant.now()))
              .orElse(0L);
      return new Outcome.Unavailable("HTTP " + status, wait, false);
    }
    return new Outcome.Refused(status, "HTTP " + status);
  }

  /** We ask for no compression; where a reply has it all the same, its end is bounded as well. */
  private static byte[] plain(HttpResponse<byte[]> response) {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!"gzip".equalsIgnoreCase(encoding.strip())) {
      return response.body();
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      return in.readNBytes(MAX_REPLY_BYTES);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static Outcome unavailable(Throwable failure) {
    if (failure instanceof ConnectException) {
      boolean unknown = failure.getCause() instanceof UnresolvedAddressException;
      return new Outcome.Unavailable(
          unknown ? "host name unknown" : "connection refused", 0, false);
    }
    return new Outcome.Unavailable(
        Text.describe(failure), 0, failure instanceof HttpTimeoutException);
  }
}
