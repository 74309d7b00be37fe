/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;

/** Requests that are answered on the thread that they came on. */
final class SyncScenarios {
  private SyncScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.named("200"),
        Scenario.named("204 without a body").serves((q, r) -> r.setStatus(204)).sees(204),
        Scenario.named("302 by sendRedirect").serves((q, r) -> r.sendRedirect("/run/x")).sees(302),
        Scenario.named("404 by setStatus")
            .serves(
                (q, r) -> {
                  r.setStatus(404);
                  r.getWriter().write("no such thing");
                })
            .sees(404),
        Scenario.named("404 by sendError").serves((q, r) -> r.sendError(404)).sees(404),
        Scenario.named("500 by setStatus")
            .serves(
                (q, r) -> {
                  r.setStatus(500);
                  r.getWriter().write("failed");
                })
            .sees(500),
        Scenario.named("503 by sendError").serves((q, r) -> r.sendError(503)).sees(503),
        Scenario.named("exception before commit")
            .serves(
                (q, r) -> {
                  throw new Failures.Plain();
                })
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception after setStatus 202")
            .serves(
                (q, r) -> {
                  r.setStatus(202);
                  throw new Failures.Plain();
                })
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception after commit")
            .serves(
                (q, r) -> {
                  r.getWriter().write("half of");
                  r.flushBuffer();
                  throw new Failures.Plain();
                })
            .errorType(Failures.Plain.class));
  }
}
