/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Calls the stock service. The observed HTTP client makes the spans; this class does not see it.
 */
final class StockClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http;
  private final URI stock;

  StockClient(HttpClient http, URI stock) {
    this.http = http;
    this.stock = stock;
  }

  String amountOf(String product) throws IOException {
    return send(request(product).build());
  }

  CompletableFuture<String> amountOfLater(String product) {
    return http.sendAsync(request(product).build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  /** Takes one, and returns how many are left. */
  String take(String product) throws IOException {
    return send(request(product).POST(HttpRequest.BodyPublishers.ofString("")).build());
  }

  private HttpRequest.Builder request(String product) {
    return HttpRequest.newBuilder(stock.resolve("/stock/" + product)).timeout(TIMEOUT);
  }

  private String send(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException("the stock service returned status " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted during a call to the stock service");
    }
  }
}
