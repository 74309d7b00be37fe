/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Requests that end on another thread, or later on the same. */
final class AsyncScenarios {
  private static final int RACES = 30;

  /** Long enough for the filters to be left first, also on a busy machine. */
  private static final int AFTER_THE_FILTER_MS = 50;

  private AsyncScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.named("async complete on the same thread")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  r.getWriter().write("done");
                  context.complete();
                }),
        Scenario.named("async complete on another thread, 30 times at 0 to 5 ms")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  Async.later(
                      context,
                      Long.parseLong(q.getHeader("Delay")),
                      (c, response) -> {
                        response.getWriter().write("done");
                        c.complete();
                      });
                })
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    for (int i = 0; i < RACES; i++) {
                      wire.send(s.head("GET", s.path, "Delay: " + 5_000 * i / RACES));
                      s.saw(wire.read());
                    }
                  }
                }),
        Scenario.named("async complete by another thread before the filter is left")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  CountDownLatch done = new CountDownLatch(1);
                  Async.later(
                      context,
                      0,
                      (c, response) -> {
                        response.getWriter().write("done");
                        c.complete();
                        done.countDown();
                      });
                  await(done);
                }),
        Scenario.named("async complete with 404 by sendError")
            .serves(Async.in(1, (c, r) -> r.sendError(404)))
            .sees(404),
        Scenario.named("async complete with 500 by setStatus")
            .serves(Async.in(1, (c, r) -> r.setStatus(500)))
            .sees(500),
        Scenario.named("AsyncContext.start")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync();
                  context.start(
                      () -> {
                        r.setStatus(201);
                        context.complete();
                      });
                })
            .sees(201),
        Scenario.named("async with the request and response given")
            .serves(
                (q, r) -> {
                  AsyncContext context = q.startAsync(q, r);
                  Async.later(context, 1_000, (c, response) -> c.complete());
                }),
        Scenario.named("async dispatch")
            .serves(
                (q, r) -> {
                  if (q.getDispatcherType() == DispatcherType.ASYNC) {
                    r.getWriter().write("dispatched");
                  } else {
                    Async.later(q.startAsync(), 1_000, (c, response) -> c.dispatch());
                  }
                }),
        Scenario.named("async dispatch on the same thread")
            .serves(
                (q, r) -> {
                  if (q.getDispatcherType() == DispatcherType.ASYNC) {
                    r.setStatus(202);
                  } else {
                    q.startAsync().dispatch();
                  }
                })
            .sees(202),
        Scenario.named("async dispatch by another thread before the filter is left")
            .serves(
                (q, r) -> {
                  if (q.getDispatcherType() == DispatcherType.ASYNC) {
                    r.setStatus(202);
                    return;
                  }
                  CountDownLatch done = new CountDownLatch(1);
                  Async.later(
                      q.startAsync(),
                      0,
                      (c, response) -> {
                        c.dispatch();
                        done.countDown();
                      });
                  await(done);
                })
            .sees(202),
        Scenario.named("async dispatch to another servlet")
            .serves(
                (q, r) ->
                    Async.later(
                        q.startAsync(), 1_000, (c, response) -> c.dispatch("/target/text"))),
        Scenario.named("async dispatch to an exception")
            .serves(
                (q, r) ->
                    Async.later(
                        q.startAsync(), 1_000, (c, response) -> c.dispatch("/target/throws")))
            .sees(500)
            .errorType(Targets.TargetFailure.class),
        Scenario.named("async dispatch to sendError 404")
            .serves(
                (q, r) ->
                    Async.later(
                        q.startAsync(), 1_000, (c, response) -> c.dispatch("/target/missing")))
            .sees(404),
        Scenario.named("async dispatch, then startAsync, three times")
            .serves(threeTimes(1_000))
            .sees(202),
        Scenario.named("async dispatch at once, then startAsync, three times")
            .serves(threeTimes(0))
            .sees(202),
        Scenario.named("async dispatch, then startAsync, then exception")
            .serves(
                (q, r) -> {
                  if (Async.pass(q) == 0) {
                    Async.later(q.startAsync(), 1_000, (c, response) -> c.dispatch());
                  } else {
                    q.startAsync().setTimeout(200);
                    throw new Failures.Plain();
                  }
                })
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception after startAsync")
            .serves(
                (q, r) -> {
                  q.startAsync().setTimeout(200);
                  throw new Failures.Plain();
                })
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception after startAsync, an error page changes the status to 503")
            .serves(
                (q, r) -> {
                  q.startAsync().setTimeout(200);
                  throw new Failures.Repaired();
                })
            .sees(500, 503)
            .errorType(Failures.Repaired.class),
        Scenario.named("async sendError, an error page changes the status to 200")
            .serves(Async.in(AFTER_THE_FILTER_MS, (c, r) -> r.sendError(461))),
        Scenario.named(
                "async sendError by another thread before the filter is left, an error page"
                    + " changes the status to 200")
            .serves(
                (q, r) -> {
                  CountDownLatch done = new CountDownLatch(1);
                  Async.later(
                      q.startAsync(),
                      0,
                      (c, response) -> {
                        response.sendError(461);
                        c.complete();
                        done.countDown();
                      });
                  await(done);
                }),
        Scenario.named("exception after startAsync and complete")
            .serves(
                (q, r) -> {
                  q.startAsync().complete();
                  throw new Failures.Plain();
                })
            .sees(200, 500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception after startAsync and commit")
            .serves(
                (q, r) -> {
                  q.startAsync().setTimeout(200);
                  r.getWriter().write("half of");
                  r.flushBuffer();
                  throw new Failures.Plain();
                })
            .errorType(Failures.Plain.class),
        Scenario.named("exception after startAsync, a listener answers 503")
            .serves(
                (q, r) -> {
                  q.startAsync()
                      .addListener(
                          Async.onError(
                              event -> {
                                r.setStatus(503);
                                event.getAsyncContext().complete();
                              }));
                  throw new Failures.Plain();
                })
            .sees(503)
            .errorType(Failures.Plain.class));
  }

  private static Scenario.Service threeTimes(long delayMicros) {
    return (request, response) -> {
      AsyncContext context = request.startAsync();
      if (Async.pass(request) < 3) {
        Async.later(context, delayMicros, (c, r) -> c.dispatch());
      } else {
        Async.later(
            context,
            delayMicros,
            (c, r) -> {
              r.setStatus(202);
              r.getWriter().write("at last");
              c.complete();
            });
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the worker did not run");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
