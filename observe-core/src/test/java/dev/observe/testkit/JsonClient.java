/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads JSON from the HTTP interfaces of programs under test. */
final class JsonClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI base;

  JsonClient(URI base) {
    this.base = base;
  }

  @Nullable Object get(String pathAndQuery) {
    HttpResponse<String> response = send(pathAndQuery);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(pathAndQuery + " answered " + response.body());
    }
    return Json.parse(response.body());
  }

  boolean isReady(String path) {
    try {
      return send(path).statusCode() == 200;
    } catch (UncheckedIOException e) {
      // The program does not listen yet.
      return false;
    }
  }

  private HttpResponse<String> send(String pathAndQuery) {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(pathAndQuery)).timeout(TIMEOUT).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + request.uri(), e);
    }
  }
}
