/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends and answers requests with a short text. */
public final class Http {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private Http() {}

  /**
   * Sends a request.
   *
   * @param body ignored for GET
   * @param headers names and values in turn
   * @throws IOException if there is no response, or the thread is interrupted
   */
  public static HttpResponse<String> send(
      HttpClient client, String method, URI uri, String body, String... headers)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
    if (!method.equals("GET")) {
      request.method(method, BodyPublishers.ofString(body));
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted during a call to " + uri);
    }
  }

  /** Answers with a status and a line of text. */
  public static void answer(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().println(text);
  }
}
