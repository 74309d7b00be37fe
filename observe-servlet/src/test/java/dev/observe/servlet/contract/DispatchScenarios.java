/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;

/** Requests with forwards, includes and error pages. */
final class DispatchScenarios {
  private DispatchScenarios() {}

  static List<Scenario> all() {
    return List.of(
        forward("forward", "/target/text"),
        forward("forward twice", "/target/forwards"),
        forward("forward to an exception", "/target/throws")
            .sees(500)
            .errorType(Targets.TargetFailure.class),
        forward("forward to sendError 404", "/target/missing").sees(404),
        Scenario.named("forward that fails is answered 503")
            .serves(
                (q, r) -> {
                  try {
                    q.getRequestDispatcher("/target/throws").forward(q, r);
                  } catch (RuntimeException e) {
                    r.setStatus(503);
                  }
                })
            .sees(503),
        Scenario.named("include")
            .serves(
                (q, r) -> {
                  r.getWriter().write("before ");
                  q.getRequestDispatcher("/target/text").include(q, r);
                  r.getWriter().write(" after");
                }),
        Scenario.named("include of an exception")
            .serves((q, r) -> q.getRequestDispatcher("/target/throws").include(q, r))
            .sees(500)
            .errorType(Targets.TargetFailure.class),
        Scenario.named("include that fails after commit")
            .serves(
                (q, r) -> {
                  r.getWriter().write("before");
                  r.flushBuffer();
                  q.getRequestDispatcher("/target/throws").include(q, r);
                })
            .errorType(Targets.TargetFailure.class),
        Scenario.named("error page").serves((q, r) -> r.sendError(460)).sees(460),
        Scenario.named("error page that changes the status to 200")
            .serves((q, r) -> r.sendError(461)),
        Scenario.named("error page for an exception")
            .serves(
                (q, r) -> {
                  throw new Failures.Paged();
                })
            .sees(500)
            .errorType(Failures.Paged.class),
        Scenario.named("error page for an exception changes the status to 503")
            .serves(
                (q, r) -> {
                  throw new Failures.Repaired();
                })
            .sees(503)
            .errorType(Failures.Repaired.class),
        Scenario.named("error page that throws")
            .serves(
                (q, r) -> {
                  throw new Failures.Hopeless();
                })
            .sees(500)
            .errorType(Failures.Hopeless.class));
  }

  private static Scenario forward(String name, String target) {
    return Scenario.named(name).serves((q, r) -> q.getRequestDispatcher(target).forward(q, r));
  }
}
