/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.exposition.PageMetrics.Cut;
import dev.observe.internal.exposition.PageMetrics.Failure;
import dev.observe.internal.exposition.SharedPages.BusyException;
import dev.observe.internal.exposition.SharedPages.Lease;
import dev.observe.internal.exposition.SharedPages.NotMadeException;
import dev.observe.internal.util.RateLimitedLog;
import io.prometheus.metrics.config.EscapingScheme;
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
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one registry as a page that Prometheus scrapes, in text, OpenMetrics or protobuf.
 *
 * <p>All limits hold here, whatever server carries the request: GET and HEAD only, queries of at
 * most 8 KiB with at most 100 {@code name[]} values, at most two pages in memory however many are
 * being read. A source that throws costs its own metrics, not the page, and is counted in {@code
 * observe_scrape_failures_total}. The page tells about itself in metrics of the names {@code
 * observe_scrape_*}.
 *
 * <p>Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class MetricsPage implements AutoCloseable, EndpointHandler {
  private final PageMetrics figures = new PageMetrics();
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
    this.sources = new PageSources(registry, figures, log);
    this.pages = new SharedPages(this::make, nanoClock);
    this.configuredFilter =
        configuredFilter(PrometheusProperties.get().getExporterFilterProperties());
  }

  /**
   * Makes a page of a registry.
   *
   * @param registry the registry; nothing is registered in it
   */
  public static MetricsPage create(PrometheusRegistry registry) {
    return create(registry, List.of());
  }

  /**
   * Makes a page of a registry and other sources, such as the {@code PrometheusMetricReader} of
   * OpenTelemetry.
   *
   * @param registry the registry; nothing is registered in it
   * @param more further sources, as in {@link #addSource}
   */
  public static MetricsPage create(PrometheusRegistry registry, List<MultiCollector> more) {
    return create(registry, more, System::nanoTime);
  }

  static MetricsPage create(
      PrometheusRegistry registry, List<MultiCollector> more, LongSupplier nanoClock) {
    MetricsPage page = new MetricsPage(requireNonNull(registry, "registry"), nanoClock);
    requireNonNull(more, "more").forEach(page::addSource);
    return page;
  }

  /**
   * Adds a source that is not in the registry. Where it has a metric of a name that the registry or
   * an earlier source has too, its own is left out of the page and counted in {@code
   * observe_scrape_conflicts_total}.
   *
   * @param source asked at each scrape; must be safe for use by several threads
   * @return this page
   */
  public MetricsPage addSource(MultiCollector source) {
    sources.add(requireNonNull(source, "source"));
    return this;
  }

  /**
   * Returns what the page would show, for other readers than scrapers. It leaves no trace in the
   * page's own figures.
   *
   * @param filter which metrics are wanted, by name; others need not be collected
   * @return the metrics, none once the page is closed
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public MetricSnapshots snapshots(Predicate<String> filter) {
    return closed ? MetricSnapshots.of() : sources.look(filter);
  }

  /**
   * Writes what the page would show, for whoever carries it elsewhere. It leaves no trace in the
   * page's own figures.
   *
   * @param protobuf whether as protobuf, which alone has native histograms, and not as text
   * @return the {@code Content-Type} of what was written
   * @throws IOException if the stream throws it
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public String write(OutputStream out, boolean protobuf) throws IOException {
    PageFormat format = protobuf ? PageFormat.PROTOBUF : PageFormat.TEXT;
    PageVariant variant = new PageVariant(format, EscapingScheme.DEFAULT, false, List.of());
    writer.write(snapshots(configuredFilter), variant).writeTo(out);
    return writer.contentType(format);
  }

  /**
   * Answers one request and closes the exchange. Never throws: a reader that went away needs no
   * answer, and a failure of ours is answered with a status and no detail, counted and logged.
   *
   * @param exchange the request and where to answer it
   */
  @Override
  public void handle(PrometheusHttpExchange exchange) {
    try {
      answer(exchange);
    } catch (IOException e) {
      // The reader went away or was too slow. Whoever carries the exchange knows more than we do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(exchange, new RequestRefusedException(503, "The server is shutting down."));
    } catch (RuntimeException | Error e) {
      // Sources and writers throw before the first byte is sent. No detail goes out.
      failed(e);
      refuse(exchange, new RequestRefusedException(500, "The page could not be made."));
    } finally {
      exchange.close();
    }
  }

  private void answer(PrometheusHttpExchange exchange) throws IOException, InterruptedException {
    PrometheusHttpRequest request = exchange.getRequest();
    PageVariant variant;
    try {
      variant = variant(request);
    } catch (RequestRefusedException e) {
      refuse(exchange, e);
      return;
    }
    Runnable cut =
        exchange instanceof AbortableExchange cuttable ? () -> cuttable.cut(Cut.MEMORY) : null;
    try (Lease lease = pages.acquire(variant, cut)) {
      send(exchange.getResponse(), request.getMethod().equals("HEAD"), variant, lease);
    } catch (BusyException e) {
      figures.failed(Failure.BUSY);
      exchange.getResponse().setHeader("Retry-After", "1");
      refuse(exchange, new RequestRefusedException(503, "Too many scrapes at once."));
    } catch (NotMadeException e) {
      // Told by the request that tried to make it.
      refuse(exchange, new RequestRefusedException(500, "The page could not be made."));
    }
  }

  private PageVariant variant(PrometheusHttpRequest request) throws RequestRefusedException {
    if (closed) {
      throw new RequestRefusedException(503, "The metrics are closed.");
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      throw new RequestRefusedException(405, "Only GET and HEAD are allowed.");
    }
    List<String> names = PageQuery.names(request.getQueryString());
    ContentNegotiation wanted =
        ContentNegotiation.of(request.getHeaders("Accept"), writer.writesProtobuf());
    boolean gzip = ContentNegotiation.acceptsGzip(request.getHeaders("Accept-Encoding"));
    return new PageVariant(wanted.format(), wanted.escaping(), gzip, names);
  }

  private ByteChunks make(PageVariant variant) {
    long start = nanoClock.getAsLong();
    try {
      ByteChunks bytes = writer.write(sources.collect(filter(variant.names())), variant);
      figures.made(nanoClock.getAsLong() - start, bytes.size());
      return bytes;
    } catch (IOException e) {
      // Not the reader's connection: it has nothing to do with it yet.
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
      // -1 means no body to the library's exchanges, 0 would mean one of unknown length.
      response.sendHeadersAndGetBody(200, -1);
      return;
    }
    try (OutputStream body = response.sendHeadersAndGetBody(200, bytes.size())) {
      bytes.writeTo(body);
    }
  }

  public static void refuse(PrometheusHttpExchange exchange, RequestRefusedException refusal) {
    try {
      byte[] text = (refusal.reason() + "\n").getBytes(StandardCharsets.US_ASCII);
      PrometheusHttpResponse response = exchange.getResponse();
      response.setHeader("Content-Type", "text/plain; charset=utf-8");
      if (refusal.status() == 405) {
        response.setHeader("Allow", "GET, HEAD");
      }
      if (exchange.getRequest().getMethod().equals("HEAD")) {
        response.setHeader("Content-Length", Integer.toString(text.length));
        response.sendHeadersAndGetBody(refusal.status(), -1);
        return;
      }
      try (OutputStream body = response.sendHeadersAndGetBody(refusal.status(), text.length)) {
        body.write(text);
      }
    } catch (IOException | RuntimeException e) {
      // Nobody is left to tell.
    }
  }

  private void failed(Throwable failure) {
    figures.failed(Failure.PAGE);
    log.warn("The metrics page could not be made", RateLimitedLog.describe(failure));
  }

  private Predicate<String> filter(List<String> names) {
    if (names.isEmpty()) {
      return configuredFilter;
    }
    Predicate<String> named = MetricNameFilter.builder().nameMustBeEqualTo(names).build();
    return configuredFilter == MetricNameFilter.ALLOW_ALL ? named : named.and(configuredFilter);
  }

  /**
   * The filter that the library's own exporters take from {@code io.prometheus.exporter.filter}.
   */
  private static Predicate<String> configuredFilter(ExporterFilterProperties filter) {
    List<@Nullable List<String>> lists =
        Arrays.asList(
            filter.getAllowedMetricNames(),
            filter.getExcludedMetricNames(),
            filter.getAllowedMetricNamePrefixes(),
            filter.getExcludedMetricNamePrefixes());
    if (lists.stream().allMatch(list -> list == null)) {
      return MetricNameFilter.ALLOW_ALL;
    }
    return MetricNameFilter.builder()
        .nameMustBeEqualTo(filter.getAllowedMetricNames())
        .nameMustNotBeEqualTo(filter.getExcludedMetricNames())
        .nameMustStartWith(filter.getAllowedMetricNamePrefixes())
        .nameMustNotStartWith(filter.getExcludedMetricNamePrefixes())
        .build();
  }

  public PageMetrics figures() {
    return figures;
  }

  public RateLimitedLog log() {
    return log;
  }

  /** Lets go of all sources; later requests are answered with status 503. */
  @Override
  public void close() {
    closed = true;
    sources.clear();
  }
}
