/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Helpers for asynchronous services. */
final class Async {
  /** Work on a response, on another thread. */
  interface Work {
    void run(AsyncContext context, HttpServletResponse response) throws Exception;
  }

  /** A handler for the event of a listener. */
  interface Handler {
    void handle(AsyncEvent event) throws IOException;
  }

  private static final ScheduledExecutorService WORKERS =
      Executors.newScheduledThreadPool(
          4,
          task -> {
            Thread thread = new Thread(task, "worker");
            thread.setDaemon(true);
            return thread;
          });

  private static final AtomicInteger PENDING = new AtomicInteger();

  private Async() {}

  /**
   * Returns whether no scheduled work is left. Work that ends a request late would end the next one
   * that Tomcat serves with the same objects.
   */
  static boolean isIdle() {
    return PENDING.get() == 0;
  }

  /** Returns a service that completes the request on another thread. */
  static Scenario.Service in(int delayMillis, Work work) {
    return (request, response) -> {
      AsyncContext context = request.startAsync();
      later(
          context,
          delayMillis * 1_000L,
          (c, r) -> {
            work.run(c, r);
            c.complete();
          });
    };
  }

  /** Schedules work on another thread of the application. */
  static void later(AsyncContext context, long delayMicros, Work work) {
    HttpServletResponse response = (HttpServletResponse) context.getResponse();
    PENDING.incrementAndGet();
    Future<?> unused =
        WORKERS.schedule(
            () -> {
              try {
                work.run(context, response);
              } catch (Exception e) {
                // The container or the client has ended the request.
              } finally {
                PENDING.decrementAndGet();
              }
            },
            delayMicros,
            TimeUnit.MICROSECONDS);
  }

  /**
   * Ends a request whose client has closed the connection. Tomcat ends it itself, and a second end
   * may affect the next request that it serves with the same objects.
   */
  static void clientGone(AsyncContext context, String serverInfo) {
    if (!serverInfo.contains("Tomcat")) {
      context.complete();
    }
  }

  /** Returns the number of earlier calls for a request. */
  static int pass(HttpServletRequest request) {
    Object before = request.getAttribute("pass");
    int pass = before == null ? 0 : (Integer) before + 1;
    request.setAttribute("pass", pass);
    return pass;
  }

  static AsyncListener onTimeout(Handler handler) {
    return new Listener(handler, event -> {});
  }

  static AsyncListener onError(Handler handler) {
    return new Listener(event -> {}, handler);
  }

  private record Listener(Handler timeout, Handler error) implements AsyncListener {
    @Override
    public void onTimeout(AsyncEvent event) throws IOException {
      timeout.handle(event);
    }

    @Override
    public void onError(AsyncEvent event) throws IOException {
      error.handle(event);
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
