/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Long responses, and clients that close their connections early. */
final class StreamScenarios {
  private static final byte[] EVENT = "data: tick\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int EVENTS = 20;
  private static final long EVENT_MICROS = 2_000;

  private StreamScenarios() {}

  static List<Scenario> all() {
    return List.of(
        events(),
        Scenario.named("client aborts in mid response")
            .serves(
                (q, r) -> {
                  byte[] block = new byte[64 * 1024];
                  for (int i = 0; i < 4_096; i++) {
                    r.getOutputStream().write(block);
                  }
                })
            .client(StreamScenarios::leaveInMidResponse)
            .someError()
            .notComparable(),
        Scenario.named("client aborts before the response")
            .serves(
                (q, r) -> {
                  q.getInputStream().readAllBytes();
                  r.getWriter().write("too late");
                })
            .client(
                s -> {
                  Wire wire = s.connect();
                  wire.send(s.head("POST", s.path, "Content-Length: 100") + "a few bytes");
                  s.awaitActive(1);
                  wire.reset();
                  s.saw(Answer.left(0));
                })
            .sees(0)
            .someError()
            .notComparable(),
        Scenario.named("exception in a ReadListener")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.setTimeout(200);
                  q.getInputStream().setReadListener(new FailingReader(context));
                })
            .client(
                s ->
                    s.exchange(
                        "POST",
                        s.head("POST", s.path, "Connection: close", "Content-Length: 5") + "hello"))
            .sees(500)
            // Jetty and Undertow do not report the exception.
            .errorType(Failures.Plain.class.getName(), "500"),
        Scenario.named("non-blocking write of a megabyte")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  ServletOutputStream out = r.getOutputStream();
                  out.setWriteListener(new Blocks(context, out));
                }));
  }

  /** The first event waits until the client has seen that the request is active. */
  private static Scenario events() {
    Semaphore begin = new Semaphore(0);
    return Scenario.named("Server-Sent Events, 20 in a row")
        .serves(
            (q, r) -> {
              r.setContentType("text/event-stream");
              AsyncContext context = q.startAsync();
              context.setTimeout(0);
              Async.later(
                  context,
                  0,
                  (c, response) -> {
                    begin.acquire();
                    tick(c, EVENTS);
                  });
            })
        .client(
            s -> {
              try (Wire wire = s.connect()) {
                wire.send(s.head("GET", s.path, "Connection: close"));
                s.awaitActive(1);
                begin.release();
                s.saw(wire.read());
              }
            });
  }

  /**
   * Must be played last: on Tomcat, with or without observe, a failed write on a thread of the
   * application breaks the next request that is served with the same objects; a listener that fails
   * after commit sometimes does too.
   */
  static List<Scenario> playedLast() {
    return List.of(clientLeavesEvents(), failingWriteListener(), clientGoneWhileAThreadWorks());
  }

  private static Scenario clientLeavesEvents() {
    return Scenario.named("Server-Sent Events, the client leaves")
        .serves(
            (q, r) -> {
              r.setContentType("text/event-stream");
              AsyncContext context = q.startAsync();
              context.setTimeout(0);
              String serverInfo = q.getServletContext().getServerInfo();
              Async.later(context, 0, (c, response) -> tickUntilLeft(c, serverInfo));
            })
        .client(StreamScenarios::leaveInMidResponse)
        .maybeError()
        .notComparable();
  }

  private static Scenario failingWriteListener() {
    return Scenario.named("exception in a WriteListener after commit")
        .serves(
            (q, r) -> {
              AsyncContext context = q.startAsync();
              context.setTimeout(200);
              r.getOutputStream().setWriteListener(new FailingWriter(context, r.getOutputStream()));
            })
        .maybeError()
        .notComparable();
  }

  private static Scenario clientGoneWhileAThreadWorks() {
    return Scenario.named("client aborts while a thread works")
        .serves(
            (q, r) -> {
              String serverInfo = q.getServletContext().getServerInfo();
              AsyncContext context = q.startAsync();
              context.setTimeout(0);
              Async.later(
                  context,
                  100_000,
                  (c, response) -> {
                    try {
                      response.getOutputStream().write(EVENT);
                      response.flushBuffer();
                      c.complete();
                    } catch (IOException e) {
                      Async.clientGone(c, serverInfo);
                    }
                  });
            })
        .client(
            s -> {
              Wire wire = s.connect();
              wire.send(s.head("GET", s.path));
              s.awaitActive(1);
              wire.reset();
              s.saw(Answer.left(0));
            })
        .sees(0)
        .maybeError()
        .notComparable();
  }

  private static void leaveInMidResponse(Session session) throws IOException {
    Wire wire = session.connect();
    wire.send(session.head("GET", session.path));
    session.saw(wire.readHeadOnly());
    wire.reset();
  }

  private static void tick(AsyncContext context, int left) throws IOException {
    if (left == 0) {
      context.complete();
      return;
    }
    context.getResponse().getOutputStream().write(EVENT);
    context.getResponse().flushBuffer();
    Async.later(context, EVENT_MICROS, (c, response) -> tick(c, left - 1));
  }

  /** Writes events until a write fails. */
  private static void tickUntilLeft(AsyncContext context, String serverInfo) {
    try {
      context.getResponse().getOutputStream().write(EVENT);
      context.getResponse().flushBuffer();
    } catch (IOException e) {
      Async.clientGone(context, serverInfo);
      return;
    }
    Async.later(context, 5_000, (c, response) -> tickUntilLeft(c, serverInfo));
  }

  /** Writes a megabyte without blocking. */
  static final class Blocks implements WriteListener {
    private final AsyncContext context;
    private final ServletOutputStream out;
    private int left = 64;

    Blocks(AsyncContext context, ServletOutputStream out) {
      this.context = context;
      this.out = out;
    }

    @Override
    public void onWritePossible() throws IOException {
      while (out.isReady()) {
        if (left-- == 0) {
          context.complete();
          return;
        }
        out.write(new byte[16 * 1024]);
      }
    }

    @Override
    public void onError(Throwable failure) {
      context.complete();
    }
  }

  private record FailingReader(AsyncContext context) implements ReadListener {
    @Override
    public void onDataAvailable() {
      throw new Failures.Plain();
    }

    @Override
    public void onAllDataRead() {}

    @Override
    public void onError(Throwable failure) {}
  }

  private record FailingWriter(AsyncContext context, ServletOutputStream out)
      implements WriteListener {
    @Override
    public void onWritePossible() throws IOException {
      out.write(EVENT);
      if (out.isReady()) {
        out.flush();
      }
      throw new Failures.Plain();
    }

    @Override
    public void onError(Throwable failure) {}
  }
}
