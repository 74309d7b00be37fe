/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.examples.support.Http;
import java.io.IOException;
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
    return send("GET", product);
  }

  CompletableFuture<String> amountOfLater(String product) {
    HttpRequest request = HttpRequest.newBuilder(uri(product)).timeout(TIMEOUT).build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  /** Takes one, and returns how many are left. */
  String take(String product) throws IOException {
    return send("POST", product);
  }

  private String send(String method, String product) throws IOException {
    HttpResponse<String> response = Http.send(http, method, uri(product), "");
    if (response.statusCode() != 200) {
      throw new IOException("the stock service returned status " + response.statusCode());
    }
    return response.body();
  }

  private URI uri(String product) {
    return stock.resolve("/stock/" + product);
  }
}
