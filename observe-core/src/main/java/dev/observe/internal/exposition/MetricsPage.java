/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.exposition.PageMetrics.AbortReason;
import dev.observe.internal.exposition.PageMetrics.Failure;
import dev.observe.internal.exposition.SharedPages.Lease;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import io.prometheus.metrics.config.ExporterFilterProperties;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The metrics of one registry as a page that Prometheus scrapes, in text, OpenMetrics or protobuf.
 *
 * <p>The page enforces all limits itself, behind any server: GET and HEAD only, queries of at most
 * 8 KiB with at most 100 {@code name[]} values, at most two pages in memory for any number of
 * readers. If a source throws, the page omits the metrics of that source and counts the failure in
 * {@code observe_scrape_failures_total}. Metrics of the page about its scrapes have names that
 * start with {@code observe_scrape_}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class MetricsPage implements AutoCloseable, EndpointHandler {
  private final PageMetrics metrics = new PageMetrics();
  private final RateLimitedLog log;
  private final PageSources sources;
  private final PageWriter writer = new PageWriter();
  private final SharedPages pages;
  private final Predicate<String> configuredFilter;
  private final LongSupplier nanoClock;
  private volatile boolean closed;

  private MetricsPage(PrometheusRegistry registry, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.log = new RateLimitedLog(System.getLogger(MetricsPage.class.getName()), nanoClock);
    this.sources = new PageSources(registry, metrics, log);
    this.pages = new SharedPages(this::render, nanoClock);
    this.configuredFilter =
        configuredFilter(PrometheusProperties.get().getExporterFilterProperties());
  }

  /**
   * Creates a page of a registry.
   *
   * @param registry the registry; nothing is registered in it
   */
  public static MetricsPage create(PrometheusRegistry registry) {
    return create(registry, List.of());
  }

  /**
   * Creates a page of a registry and other sources, such as the instruments of OpenTelemetry.
   *
   * @param registry the registry; nothing is registered in it
   * @param more further sources, as in {@link #addSource}
   */
  public static MetricsPage create(PrometheusRegistry registry, List<MultiCollector> more) {
    return create(registry, more, NanoClock.SYSTEM);
  }

  static MetricsPage create(
      PrometheusRegistry registry, List<MultiCollector> more, LongSupplier nanoClock) {
    MetricsPage page = new MetricsPage(requireNonNull(registry, "registry"), nanoClock);
    for (MultiCollector source : requireNonNull(more, "more")) {
      page.addSource(source);
    }
    return page;
  }

  /**
   * Adds a source that is not in the registry. If the registry or an earlier source has a metric of
   * the same name, the page omits the metric of this source and counts it in {@code
   * observe_scrape_conflicts_total}.
   *
   * @param source called at each scrape, by several threads at once
   * @return this page
   */
  public MetricsPage addSource(MultiCollector source) {
    sources.add(requireNonNull(source, "source"));
    return this;
  }

  /**
   * Returns the metrics of the page for other readers than scrapers. The page's metrics about its
   * scrapes do not count this call.
   *
   * @param filter accepts the names of the wanted metrics; a source may omit all others
   * @return the metrics, none once the page is closed
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public MetricSnapshots snapshots(Predicate<String> filter) {
    return closed ? MetricSnapshots.of() : sources.collectUncounted(filter);
  }

  /**
   * Writes the page to a stream, such as the body of a push. The page's metrics about its scrapes
   * do not count this call.
   *
   * @param protobuf whether to write protobuf, which native histograms need, instead of text
   * @return the {@code Content-Type} of the page
   * @throws IOException if the stream throws it
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public String write(OutputStream out, boolean protobuf) throws IOException {
    PageFormat format = protobuf ? PageFormat.PROTOBUF : PageFormat.TEXT;
    PageVariant variant = new PageVariant(format, Escaping.DEFAULT, false, List.of());
    writer.write(snapshots(configuredFilter), variant).writeTo(out);
    return writer.contentType(format);
  }

  /**
   * Answers one request and closes the exchange. Throws fatal errors only: a closed connection is
   * ignored, and any other failure is counted, logged, and answered with a status without detail.
   *
   * @param exchange the request and its response
   */
  @Override
  public void handle(PrometheusHttpExchange exchange) {
    try {
      answer(exchange);
    } catch (IOException e) {
      // The client closed the connection or was too slow; the server counts that.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reject(exchange, new RequestRejectedException(503, "The server is shutting down."));
    } catch (RuntimeException | Error e) {
      FatalErrors.rethrow(e);
      // Sources and writers throw before the first byte is sent. The response has no detail.
      pageFailed(e);
      reject(exchange, new RequestRejectedException(500, "The page could not be rendered."));
    } finally {
      exchange.close();
    }
  }

  private void answer(PrometheusHttpExchange exchange) throws IOException, InterruptedException {
    PrometheusHttpRequest request = exchange.getRequest();
    Runnable abort =
        exchange instanceof AbortableExchange abortable
            ? () -> abortable.abort(AbortReason.MEMORY)
            : null;
    try {
      PageVariant variant = variant(request);
      try (Lease lease = pages.acquire(variant, abort)) {
        send(exchange.getResponse(), request.getMethod().equals("HEAD"), variant, lease);
      }
    } catch (RequestRejectedException e) {
      if (e.isBusy()) {
        metrics.scrapeFailed(Failure.BUSY);
      }
      reject(exchange, e);
    }
  }

  private PageVariant variant(PrometheusHttpRequest request) throws RequestRejectedException {
    if (closed) {
      throw new RequestRejectedException(503, "The metrics are closed.");
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      throw new RequestRejectedException(405, "Only GET and HEAD are allowed.");
    }
    List<String> names = PageQuery.names(request.getQueryString());
    ContentNegotiation wanted =
        ContentNegotiation.of(request.getHeaders("Accept"), writer.writesProtobuf());
    boolean gzip = ContentNegotiation.acceptsGzip(request.getHeaders("Accept-Encoding"));
    return new PageVariant(wanted.format(), wanted.escaping(), gzip, names);
  }

  private ByteChunks render(PageVariant variant) {
    long start = nanoClock.getAsLong();
    try {
      ByteChunks bytes = writer.write(sources.collect(filter(variant.names())), variant);
      metrics.pageRendered(nanoClock.getAsLong() - start, bytes.size());
      return bytes;
    } catch (IOException e) {
      // The writer writes to memory, so this is not a failure of the connection.
      throw new UncheckedIOException(e);
    }
  }

  private void send(PrometheusHttpResponse response, boolean head, PageVariant variant, Lease lease)
      throws IOException {
    ByteChunks bytes = lease.bytes();
    response.setHeader("Content-Type", writer.contentType(variant.format()));
    if (variant.gzip()) {
      response.setHeader("Content-Encoding", "gzip");
    }
    response.setHeader("Content-Length", Integer.toString(bytes.size()));
    if (head || bytes.size() == 0) {
      // For the library -1 means no body, and 0 a body of unknown length.
      response.sendHeadersAndGetBody(200, -1);
      return;
    }
    try (OutputStream body = response.sendHeadersAndGetBody(200, bytes.size())) {
      bytes.writeTo(body);
    }
  }

  /** Answers a request with the status and reason of its rejection. */
  public static void reject(PrometheusHttpExchange exchange, RequestRejectedException rejection) {
    try {
      byte[] text = (rejection.reason() + "\n").getBytes(StandardCharsets.US_ASCII);
      PrometheusHttpResponse response = exchange.getResponse();
      response.setHeader("Content-Type", "text/plain; charset=utf-8");
      if (rejection.status() == 405) {
        response.setHeader("Allow", "GET, HEAD");
      }
      if (rejection.isBusy()) {
        response.setHeader("Retry-After", "1");
      }
      send(exchange, rejection.status(), text);
    } catch (IOException | RuntimeException e) {
      // The connection is closed: the client gets no response.
    }
  }

  /** Sends the headers and, unless the request has the method HEAD, the body. */
  public static void send(PrometheusHttpExchange exchange, int status, byte[] body)
      throws IOException {
    PrometheusHttpResponse response = exchange.getResponse();
    response.setHeader("Content-Length", Integer.toString(body.length));
    if (exchange.getRequest().getMethod().equals("HEAD") || body.length == 0) {
      // For the library -1 means no body, and 0 a body of unknown length.
      response.sendHeadersAndGetBody(status, -1);
      return;
    }
    try (OutputStream out = response.sendHeadersAndGetBody(status, body.length)) {
      out.write(body);
    }
  }

  private void pageFailed(Throwable failure) {
    metrics.scrapeFailed(Failure.PAGE);
    log.warn("The metrics page could not be rendered", RateLimitedLog.describe(failure));
  }

  private Predicate<String> filter(List<String> names) {
    if (names.isEmpty()) {
      return configuredFilter;
    }
    Predicate<String> named = MetricNameFilter.builder().nameMustBeEqualTo(names).build();
    return configuredFilter == MetricNameFilter.ALLOW_ALL ? named : named.and(configuredFilter);
  }

  /** Returns the filter of the library's {@code io.prometheus.exporter.filter} properties. */
  private static Predicate<String> configuredFilter(ExporterFilterProperties filter) {
    if (filter.getAllowedMetricNames() == null
        && filter.getExcludedMetricNames() == null
        && filter.getAllowedMetricNamePrefixes() == null
        && filter.getExcludedMetricNamePrefixes() == null) {
      return MetricNameFilter.ALLOW_ALL;
    }
    return MetricNameFilter.builder()
        .nameMustBeEqualTo(filter.getAllowedMetricNames())
        .nameMustNotBeEqualTo(filter.getExcludedMetricNames())
        .nameMustStartWith(filter.getAllowedMetricNamePrefixes())
        .nameMustNotStartWith(filter.getExcludedMetricNamePrefixes())
        .build();
  }

  public PageMetrics metrics() {
    return metrics;
  }

  public RateLimitedLog log() {
    return log;
  }

  /** Releases all sources; later requests get status 503. */
  @Override
  public void close() {
    closed = true;
    sources.clear();
  }
}
