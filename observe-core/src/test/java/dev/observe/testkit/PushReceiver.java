/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server on a free loopback port that records pushes, as a Pushgateway does. */
public final class PushReceiver implements AutoCloseable {
  private final LoopbackServer server;
  private final List<Push> pushes = new CopyOnWriteArrayList<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private volatile int status = 200;
  private volatile String answer = "";

  /** One request; the body has one character per byte. */
  public record Push(
      String method, String path, String contentType, String authorization, String body) {
    /** Returns the bytes of the body. */
    public byte[] bytes() {
      return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the body of a push in the text format. */
    public String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }
  }

  private PushReceiver() {
    server = new LoopbackServer(this::handle);
  }

  /** Starts a receiver that accepts every push. */
  public static PushReceiver start() {
    return new PushReceiver();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      pushes.add(
          new Push(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestHeaders().getFirst("Content-Type"),
              authorization == null ? "" : authorization,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1)));
      if (status == 0) {
        hanging.await();
        return;
      }
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sets the status and the body of the following responses. */
  public void answer(int newStatus, String text) {
    answer = text;
    status = newStatus;
  }

  /** Stops answering: later requests hang. */
  public void hang() {
    status = 0;
  }

  /** Returns the URL for the setting. */
  public String url() {
    return server.url();
  }

  /** Returns the received pushes, in order of arrival. */
  public List<Push> pushes() {
    return List.copyOf(pushes);
  }

  @Override
  public void close() {
    hanging.countDown();
    server.close();
  }
}
