/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.support.WebServer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;

/**
 * A shop, the stock service that it calls, and visitors that generate requests until Ctrl-C.
 *
 * <p>Traces are printed, each as a tree over both services, unless a setting such as {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT} names a collector. {@link Telemetry} has the code that observes both
 * services.
 *
 * @since 0.1
 */
public final class Shop implements AutoCloseable {
  private final Sample sample;
  private final Telemetry stockTelemetry;
  private final Telemetry shopTelemetry;
  private final WebServer stock;
  private final WebServer shop;
  private final Visitors visitors;

  private Shop(ShopSettings settings, SpanExporter terminal) {
    sample = Sample.create(terminal);
    try {
      stockTelemetry = started(sample, "stock", settings.stockMetricsPort());
      shopTelemetry = started(sample, "shop", settings.shopMetricsPort());
      HttpClient client = sample.client();
      stock = sample.open(StockService.start(settings.stockPort(), stockTelemetry));
      shop =
          sample.open(ShopService.start(settings.shopPort(), stock.uri(), client, shopTelemetry));
      visitors =
          sample.open(
              Visitors.start(
                  client, shop.uri(), settings.requestsPerSecond(), settings.requests()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Runs the shop until Ctrl-C, or until {@code -Dshop.requests} requests have been made.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    Shop shop;
    try {
      shop = start(ShopSettings.fromSystemProperties(), ConsoleSpanExporter.create());
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      // An invalid setting or a port in use: the message names the fix.
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    try (shop) {
      Runtime.getRuntime().addShutdownHook(new Thread(shop::close, "shop-end"));
      System.out.println(shop.welcome());
      shop.awaitVisits();
    }
  }

  static Shop start(ShopSettings settings, SpanExporter terminal) {
    return new Shop(settings, terminal);
  }

  Telemetry shopTelemetry() {
    return shopTelemetry;
  }

  URI shopMetrics() {
    return shopTelemetry.metrics().uri();
  }

  URI stockMetrics() {
    return stockTelemetry.metrics().uri();
  }

  /** Waits until the visitors have made all their requests. */
  void awaitVisits() throws InterruptedException {
    visitors.awaitEnd();
  }

  /** Returns the text for the terminal, with the URLs. */
  String welcome() {
    return """
    The shop is open and has visitors. Visit it:
      shop   %s/products   metrics %s
      stock  %s/stock/apple   metrics %s
    Traces %s
    Ctrl-C closes it.
    """
        .formatted(shop.uri(), shopMetrics(), stock.uri(), stockMetrics(), Sample.traces());
  }

  /** Ends the visits, then the servers, and last the telemetry, so that it records everything. */
  @Override
  public void close() {
    sample.close();
  }

  private static Telemetry started(Sample sample, String service, int port) {
    // The traces of both services are on the live page of each, whose address the start prints.
    return sample.open(
        Telemetry.start(sample.metrics(service).port(port).live(), sample.tracing(service).live()));
  }
}
