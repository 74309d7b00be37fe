/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.AsyncContext;
import java.util.ArrayList;
import java.util.List;

/** Asynchronous requests that are not completed in time. */
final class TimeoutScenarios {
  private static final int TIMEOUT_MILLIS = 60;

  private static final int RACES = 12;

  private TimeoutScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.named("async timeout without a handler")
            .serves((q, r) -> q.startAsync().setTimeout(TIMEOUT_MILLIS))
            .sees(500)
            .someError(),
        Scenario.named("async timeout, a handler answers 503")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.setTimeout(TIMEOUT_MILLIS);
                  context.addListener(
                      Async.onTimeout(
                          event -> {
                            r.setStatus(503);
                            event.getAsyncContext().complete();
                          }));
                })
            .sees(503)
            .someError(),
        Scenario.named("async timeout, a handler answers 200")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.setTimeout(TIMEOUT_MILLIS);
                  context.addListener(
                      Async.onTimeout(
                          event -> {
                            r.getWriter().write("the default");
                            event.getAsyncContext().complete();
                          }));
                }),
        Scenario.named("async timeout, a handler dispatches")
            .serves(
                (q, r) -> {
                  if (Async.pass(q) > 0) {
                    r.setStatus(202);
                    return;
                  }
                  AsyncContext context = q.startAsync();
                  context.setTimeout(TIMEOUT_MILLIS);
                  context.addListener(Async.onTimeout(event -> event.getAsyncContext().dispatch()));
                })
            .sees(202),
        Scenario.named("async timeout after a dispatch")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  if (Async.pass(q) == 0) {
                    context.dispatch();
                  } else {
                    context.setTimeout(TIMEOUT_MILLIS);
                  }
                })
            .sees(500)
            .someError(),
        Scenario.named("async timeout racing complete, 12 at once")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.setTimeout(TIMEOUT_MILLIS);
                  Async.later(
                      context, Long.parseLong(q.getHeader("Delay")), (c, response) -> c.complete());
                })
            .client(TimeoutScenarios::race)
            .sees(200, 500)
            .notComparable()
            .timeoutErrors(),
        Scenario.named("error in an async thread")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.setTimeout(TIMEOUT_MILLIS);
                  context.start(
                      () -> {
                        throw new Failures.Plain();
                      });
                })
            .sees(500)
            .someError()
            .notComparable());
  }

  private static void race(Session session) throws Exception {
    List<Wire> wires = new ArrayList<>();
    try {
      for (int i = 0; i < RACES; i++) {
        Wire wire = session.connect();
        wires.add(wire);
        long delayMicros = (TIMEOUT_MILLIS - 10) * 1_000L + i * 2_000L;
        wire.send(session.head("GET", session.path, "Delay: " + delayMicros));
      }
      for (Wire wire : wires) {
        session.saw(wire.read());
      }
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }
}
