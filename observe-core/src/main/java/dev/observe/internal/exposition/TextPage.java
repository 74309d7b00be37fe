/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page that is rendered in memory for each request, such as a report in JSON.
 *
 * <p>Accepts the same queries as a {@link MetricsPage}: at most 100 {@code name[]} values in at
 * most 8 KiB. Safe for use by any number of threads.
 */
public final class TextPage implements EndpointHandler {
  private static final long MAX_WAIT_SECONDS = 1;

  private final Source source;
  private final @Nullable Semaphore readers;

  private TextPage(Source source, @Nullable Semaphore readers) {
    this.source = Objects.requireNonNull(source, "source");
    this.readers = readers;
  }

  /** Renders the page. */
  @FunctionalInterface
  public interface Source {
    /**
     * Returns the response to one request.
     *
     * @param names the {@code name[]} values of the query, without duplicates; empty means all
     * @throws InterruptedException if the server is shutting down
     */
    Response respond(List<String> names) throws InterruptedException;
  }

  /**
   * The response to one request.
   *
   * @param status the HTTP status
   * @param contentType the type of the body
   * @param body the text, sent as UTF-8
   */
  public record Response(int status, String contentType, String body) {}

  /**
   * Creates a page of at most a few kilobytes.
   *
   * @param source called for each request, by several threads at once
   */
  public static TextPage create(Source source) {
    return new TextPage(source, null);
  }

  /**
   * Creates a page that may be large. At most {@code maxReaders} responses are in memory; further
   * requests wait a second, then get status 503.
   *
   * @param source called for each request, by several threads at once
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
        send(exchange, source.respond(names));
      } else if (readers.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        try {
          send(exchange, source.respond(names));
        } finally {
          readers.release();
        }
      } else {
        throw RequestRejectedException.busy("Too many readers at once.");
      }
    } catch (RequestRejectedException e) {
      MetricsPage.reject(exchange, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      MetricsPage.reject(
          exchange, new RequestRejectedException(503, "The server is shutting down."));
    }
  }

  private static void send(PrometheusHttpExchange exchange, Response page) throws IOException {
    PrometheusHttpResponse response = exchange.getResponse();
    response.setHeader("Content-Type", page.contentType());
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // For the HTML page: it must not load or run other content.
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    MetricsPage.send(exchange, page.status(), page.body().getBytes(StandardCharsets.UTF_8));
  }
}
