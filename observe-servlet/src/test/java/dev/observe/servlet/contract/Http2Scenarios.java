/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Requests over HTTP/2 without TLS, to which the connection is upgraded. */
final class Http2Scenarios {
  private Http2Scenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.named("HTTP/2 200").client(Http2Scenarios::get),
        Scenario.named("HTTP/2 404")
            .serves(
                (q, r) -> {
                  awaitUpgrade();
                  r.sendError(404);
                })
            .client(Http2Scenarios::get)
            .sees(404),
        Scenario.named("HTTP/2 exception")
            .serves(
                (q, r) -> {
                  awaitUpgrade();
                  throw new Failures.Plain();
                })
            .client(Http2Scenarios::get)
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("HTTP/2 exception after commit")
            .serves(
                (q, r) -> {
                  awaitUpgrade();
                  r.getWriter().write("half of");
                  r.flushBuffer();
                  throw new Failures.Plain();
                })
            .client(Http2Scenarios::getHead)
            .errorType(Failures.Plain.class)
            .notComparable(),
        Scenario.named("HTTP/2 async complete")
            .serves(Async.in(1, (context, r) -> r.getWriter().write("later")))
            .client(Http2Scenarios::get));
  }

  /**
   * Jetty 12.1.13, with or without observe, resets one stream in 500 if an error occurs during the
   * upgrade of the connection: the client then receives no response, or only a part.
   */
  private static void awaitUpgrade() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
  }

  private static void get(Session session) throws IOException, InterruptedException {
    HttpResponse<String> response = send(session, HttpResponse.BodyHandlers.ofString());
    if (response != null) {
      StringBuilder head = new StringBuilder();
      new TreeMap<>(response.headers().map())
          .forEach((name, values) -> head.append(name).append(": ").append(values).append('\n'));
      session.saw(
          new Answer(
              response.statusCode(),
              head.toString().lines().toList(),
              response.body().replace(":" + session.port, ":port"),
              Answer.Ending.COMPLETE));
    }
  }

  /** For a response whose body is cut off. */
  private static void getHead(Session session) throws IOException, InterruptedException {
    HttpResponse<java.io.InputStream> response =
        send(session, HttpResponse.BodyHandlers.ofInputStream());
    if (response != null) {
      try (java.io.InputStream body = response.body()) {
        body.readAllBytes();
        session.saw(new Answer(response.statusCode(), List.of(), "", Answer.Ending.COMPLETE));
      } catch (IOException e) {
        session.saw(new Answer(response.statusCode(), List.of(), "", Answer.Ending.CUT_OFF));
      }
    }
  }

  private static <T> HttpResponse<T> send(Session session, HttpResponse.BodyHandler<T> handler)
      throws InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + session.port + session.path))
            .timeout(Duration.ofSeconds(30))
            .build();
    try {
      HttpResponse<T> response = client.send(request, handler);
      if (response.version() != HttpClient.Version.HTTP_2) {
        session.fail("the response used " + response.version());
      }
      return response;
    } catch (IOException e) {
      session.saw(new Answer(0, List.of(), "", Answer.Ending.CLOSED));
      return null;
    }
  }
}
