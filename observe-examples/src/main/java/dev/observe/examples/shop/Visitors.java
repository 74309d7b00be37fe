/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.examples.support.Sample;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends requests to the shop, one after the other, at a steady rate. */
final class Visitors implements AutoCloseable {
  /** One round of visits, repeated in order, so a test can compute the expected metrics. */
  static final List<Visit> ROUND =
      List.of(
          new Visit("GET", "/products", 200),
          new Visit("POST", "/orders", 201),
          new Visit("GET", Visit.LAST_ORDER, 200),
          new Visit("GET", "/async", 200),
          new Visit("GET", "/products", 200),
          new Visit("GET", "/report", 200),
          new Visit("POST", "/orders", 201),
          new Visit("GET", "/orders/none", 404),
          new Visit("GET", "/fail", 500));

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Sample::daemon);
  private final CountDownLatch end = new CountDownLatch(1);

  // Not observed: a trace begins in the shop, as with real visitors.
  private final HttpClient http;
  private final URI shop;
  private final int limit;

  private int done;
  private String lastOrder = "/orders/1";

  private Visitors(HttpClient http, URI shop, int limit) {
    this.http = http;
    this.shop = shop;
    this.limit = limit;
  }

  /**
   * @param status the expected status
   */
  record Visit(String method, String path, int status) {
    /** Placeholder for the path of the last order. */
    static final String LAST_ORDER = "/orders/*";
  }

  /**
   * @param limit the number of requests, 0 for no limit
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A visit catches all it throws.
  static Visitors start(HttpClient http, URI shop, int perSecond, int limit) {
    Visitors visitors = new Visitors(http, shop, limit);
    visitors.thread.scheduleAtFixedRate(
        visitors::visit, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
    return visitors;
  }

  /** Waits until all requests are made or {@link #close()} is called. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    end.countDown();
  }

  private void visit() {
    try {
      request(ROUND.get(done % ROUND.size()));
    } catch (IOException e) {
      // The traces and metrics of the shop show this failure.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    done++;
    if (done == limit) {
      close();
    }
  }

  private void request(Visit visit) throws IOException, InterruptedException {
    String path = visit.path().equals(Visit.LAST_ORDER) ? lastOrder : visit.path();
    HttpRequest.Builder request = HttpRequest.newBuilder(shop.resolve(path)).timeout(TIMEOUT);
    if (visit.method().equals("POST")) {
      request.POST(HttpRequest.BodyPublishers.ofString(""));
    }
    HttpResponse<Void> response =
        http.send(request.build(), HttpResponse.BodyHandlers.discarding());
    lastOrder = response.headers().firstValue("Location").orElse(lastOrder);
  }
}
