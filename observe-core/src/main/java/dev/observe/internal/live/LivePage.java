/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.internal.exposition.RequestRejectedException;
import dev.observe.internal.server.EndpointOptions;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * The live page of one metrics handle: its files, its JSON, and the check of who may read them.
 *
 * <p>Safe for use by any number of threads.
 */
public final class LivePage implements PageOwner.Live, AutoCloseable {
  private static final String PATH = ApplicationPages.LIVE;
  private static final String ROOT = "/live";
  private static final String API = PATH + "api/";

  /** At most this many responses are in memory; others wait a second. */
  private static final int MAX_READERS = 4;

  private static final long CLOSE_MILLIS = 2_000;
  private static final int MIN_GZIP_BYTES = 512;

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final EndpointOptions options;
  private final LiveAccess access = new LiveAccess(NanoClock.SYSTEM);
  private final LiveSpans spans;
  private final LiveApi api;
  private final Thread sampler;
  private final RateLimitedLog log;
  private final Semaphore readers = new Semaphore(MAX_READERS);

  private LivePage(LiveParts parts, EndpointOptions options, RateLimitedLog log) {
    this.options = options;
    this.log = log;
    this.spans = LiveSpans.acquire(parts.settings());
    this.api =
        new LiveApi(parts, spans, new RouteHistory(), new PipelineHealth(), InstantSource.system());
    this.sampler = DaemonThreads.newThread("observe-live-rates", this::sample);
  }

  /** Starts to sample, and returns the page. */
  public static LivePage start(LiveParts parts, EndpointOptions options, RateLimitedLog log) {
    LivePage page = new LivePage(parts, options, log);
    page.sampler.start();
    return page;
  }

  private void sample() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          api.sample();
        } catch (RuntimeException | Error e) {
          FatalErrors.rethrow(e);
          log.warn("The rates of the live page lack a sample", RateLimitedLog.describe(e));
        }
        TimeUnit.SECONDS.sleep(RouteHistory.STEP_SECONDS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public String query() {
    return options.requiresCredentials() ? "" : "?token=" + access.token();
  }

  @Override
  public boolean allowsHost(PrometheusHttpRequest request) {
    return options.allowsHost(request);
  }

  /**
   * Answers one request.
   *
   * @param path {@code /live} and the path within the page
   */
  @Override
  public void handle(String path, PrometheusHttpExchange exchange) throws IOException {
    PrometheusHttpResponse response = exchange.getResponse();
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-store");
    try {
      Query query = new Query(exchange.getRequest().getQueryString());
      if (path.equals(ROOT)) {
        // Relative: the page does not know its address behind a proxy.
        String own = exchange.getRequest().getRequestPath();
        redirect(exchange, own.substring(own.lastIndexOf('/') + 1) + "/");
      } else if (path.equals(PATH) && query.text("token") != null) {
        exchangeToken(exchange, String.valueOf(query.text("token")));
      } else if (isAllowed(exchange.getRequest())) {
        answer(path, query, exchange);
      } else {
        refuse(exchange);
      }
    } catch (RequestRejectedException e) {
      MetricsPage.reject(exchange, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      MetricsPage.reject(
          exchange, new RequestRejectedException(503, "The server is shutting down."));
    }
  }

  private boolean isAllowed(PrometheusHttpRequest request) {
    return options.requiresCredentials()
        ? options.allowsCredentials(request)
        : access.hasCookie(request);
  }

  private void exchangeToken(PrometheusHttpExchange exchange, String token)
      throws IOException, RequestRejectedException {
    switch (access.check(token)) {
      case RIGHT -> {
        String own = exchange.getRequest().getRequestPath();
        exchange
            .getResponse()
            .setHeader(
                "Set-Cookie",
                access.setCookie(
                    own.substring(0, own.lastIndexOf('/') + 1), options.tls() != null));
        redirect(exchange, "./");
      }
      case WRONG -> refuse(exchange);
      case TOO_MANY -> {
        exchange.getResponse().setHeader("Retry-After", "60");
        throw new RequestRejectedException(429, "Too many wrong tokens; wait a minute.");
      }
    }
  }

  private static void redirect(PrometheusHttpExchange exchange, String location)
      throws IOException {
    exchange.getResponse().setHeader("Location", location);
    exchange.getResponse().sendHeadersAndGetBody(303, -1);
  }

  /** The link is for a browser that keeps back the cookie after a redirect from another site. */
  private void refuse(PrometheusHttpExchange exchange) throws IOException {
    if (options.requiresCredentials()) {
      exchange.getResponse().setHeader("WWW-Authenticate", options.challenges());
    }
    send(
        exchange,
        401,
        "text/html; charset=utf-8",
        ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Live page</title>"
                + "</head><body><h1>This page needs its token</h1><p>Open the address that the"
                + " application printed at its start, or <a href=\"./\">try again</a>.</p></body>"
                + "</html>\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  private void answer(String path, Query query, PrometheusHttpExchange exchange)
      throws IOException, RequestRejectedException, InterruptedException {
    if (path.startsWith(API)) {
      if (!readers.tryAcquire(1, TimeUnit.SECONDS)) {
        throw RequestRejectedException.busy("Too many readers at once.");
      }
      try {
        String json = api.respond(path.substring(API.length()), query);
        if (json == null) {
          throw new RequestRejectedException(404, "There is no such page.");
        }
        send(exchange, 200, "application/json", json.getBytes(StandardCharsets.UTF_8));
      } finally {
        readers.release();
      }
      return;
    }
    String name = path.equals(PATH) ? "index.html" : path.substring(PATH.length());
    byte[] file = LiveFiles.read(name);
    if (file == null) {
      throw new RequestRejectedException(404, "There is no such page.");
    }
    send(exchange, 200, LiveFiles.type(name), file);
  }

  private static void send(PrometheusHttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponse().setHeader("Content-Type", type);
    exchange.getResponse().setHeader("Vary", "Accept-Encoding");
    boolean gzip =
        body.length >= MIN_GZIP_BYTES
            && Collections.list(exchange.getRequest().getHeaders("Accept-Encoding")).stream()
                .anyMatch(header -> header.toLowerCase(Locale.ROOT).contains("gzip"));
    if (!gzip) {
      MetricsPage.send(exchange, status, body);
      return;
    }
    exchange.getResponse().setHeader("Content-Encoding", "gzip");
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(body);
    }
    MetricsPage.send(exchange, status, compressed.toByteArray());
  }

  @Override
  public void close() {
    sampler.interrupt();
    try {
      sampler.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    spans.release();
  }
}
