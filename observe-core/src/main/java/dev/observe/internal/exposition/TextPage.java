/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page that is made anew for each request and fits into memory, such as a report in JSON.
 *
 * <p>Takes the same queries as a {@link MetricsPage}: {@code name[]} values, of which there may be
 * 100, in at most 8 KiB. Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class TextPage implements EndpointHandler {
  private static final long MAX_WAIT_SECONDS = 1;

  private final Source source;
  private final @Nullable Semaphore readers;

  private TextPage(Source source, @Nullable Semaphore readers) {
    this.source = Objects.requireNonNull(source, "source");
    this.readers = readers;
  }

  /** Makes what is shown. */
  @FunctionalInterface
  public interface Source {
    /**
     * Makes it for one request.
     *
     * @param names the {@code name[]} values of the query, without repetition; none means all
     * @throws InterruptedException if the server is shutting down
     */
    Text text(List<String> names) throws InterruptedException;
  }

  /**
   * What is shown.
   *
   * @param status the HTTP status
   * @param contentType the type of the body
   * @param body the text, sent as UTF-8
   */
  public record Text(int status, String contentType, String body) {}

  /**
   * Makes a page that is a few kilobytes at most.
   *
   * @param source asked for each request, by several threads at once
   */
  public static TextPage create(Source source) {
    return new TextPage(source, null);
  }

  /**
   * Makes a page that may be large: so many are in memory at a time. Who comes when all are being
   * read, slowly, is answered with status 503 after a second.
   *
   * @param source asked for each request, by several threads at once
   * @param maxReaders at least 1
   */
  public static TextPage create(Source source, int maxReaders) {
    return new TextPage(source, new Semaphore(maxReaders));
  }

  @Override
  public void handle(PrometheusHttpExchange exchange) throws IOException {
    try {
      List<String> names = PageQuery.names(exchange.getRequest().getQueryString());
      if (readers == null) {
        send(exchange, source.text(names));
      } else if (readers.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        try {
          send(exchange, source.text(names));
        } finally {
          readers.release();
        }
      } else {
        exchange.getResponse().setHeader("Retry-After", "1");
        throw new RequestRefusedException(503, "Too many readers at once.");
      }
    } catch (RequestRefusedException e) {
      MetricsPage.refuse(exchange, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      MetricsPage.refuse(
          exchange, new RequestRefusedException(503, "The server is shutting down."));
    }
  }

  private static void send(PrometheusHttpExchange exchange, Text text) throws IOException {
    PrometheusHttpRequest request = exchange.getRequest();
    PrometheusHttpResponse response = exchange.getResponse();
    byte[] body = text.body().getBytes(StandardCharsets.UTF_8);
    response.setHeader("Content-Type", text.contentType());
    response.setHeader("Content-Length", Integer.toString(body.length));
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // For the one page that is HTML: nothing on it may load or run anything.
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (request.getMethod().equals("HEAD") || body.length == 0) {
      response.sendHeadersAndGetBody(text.status(), -1);
      return;
    }
    try (OutputStream out = response.sendHeadersAndGetBody(text.status(), body.length)) {
      out.write(body);
    }
  }
}
