/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import java.io.IOException;
import java.util.List;

/** Requests that end on the thread on which they arrived. */
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
            .errorType(Failures.Plain.class),
        Scenario.named("304").serves((q, r) -> r.setStatus(304)).sees(304),
        Scenario.named("a megabyte without a length")
            .serves(
                (q, r) -> {
                  for (int i = 0; i < 1_024; i++) {
                    r.getOutputStream().write(new byte[1_024]);
                  }
                }),
        Scenario.named("ServletException around a cause")
            .serves(
                (q, r) -> {
                  throw new ServletException(new Failures.Plain());
                })
            .sees(500)
            .errorType(Failures.Plain.class),
        Scenario.named("ServletException without a cause")
            .serves(
                (q, r) -> {
                  throw new ServletException("planned");
                })
            .sees(500)
            .errorType(ServletException.class),
        Scenario.named("IOException")
            .serves(
                (q, r) -> {
                  throw new IOException("planned");
                })
            .sees(500)
            .errorType(IOException.class),
        Scenario.named("Error")
            .serves(
                (q, r) -> {
                  throw new Failures.Grave();
                })
            .sees(500)
            .errorType(Failures.Grave.class),
        Scenario.named("exception after sendError 404")
            .serves(
                (q, r) -> {
                  r.sendError(404);
                  throw new Failures.Plain();
                })
            .sees(404, 500)
            .errorType(Failures.Plain.class),
        Scenario.named("exception in an inner filter")
            .innerFilter(
                (q, r, chain) -> {
                  throw new Failures.Plain();
                })
            .sees(500)
            .errorType(Failures.Plain.class)
            .endsBeforeServlet(),
        Scenario.named("exception handled by an inner filter")
            .innerFilter(
                (q, r, chain) -> {
                  try {
                    chain.doFilter(q, r);
                  } catch (Failures.Plain e) {
                    r.setStatus(503);
                    r.getWriter().write("try later");
                  }
                })
            .serves(
                (q, r) -> {
                  throw new Failures.Plain();
                })
            .sees(503)
            .errorType("503")
            .servletSees(500, Failures.Plain.class.getName()),
        Scenario.named("403 by an inner filter")
            .innerFilter((q, r, chain) -> r.sendError(403))
            .sees(403)
            .endsBeforeServlet(),
        Scenario.named("parameters that cannot be read")
            .serves((q, r) -> r.getWriter().write(String.valueOf(q.getParameter("a"))))
            .client(s -> s.send("GET", s.path + "?a=%GG", "Connection: close"))
            .sees(200, 400, 500)
            .maybeError(),
        Scenario.named("UnavailableException for a while")
            .under("/busy")
            .serves(
                (q, r) -> {
                  throw new UnavailableException("planned", 1);
                })
            .sees(503)
            .errorType(UnavailableException.class.getName(), "503"),
        Scenario.named("UnavailableException for ever")
            .under("/gone")
            .serves(
                (q, r) -> {
                  throw new UnavailableException("planned");
                })
            .sees(404)
            .errorType(UnavailableException.class.getName(), ""),
        Scenario.named("no servlet for the path")
            .client(session -> session.send("GET", "/nowhere/at/all", "Connection: close"))
            .sees(404)
            .route("")
            .endsBeforeServlet());
  }
}
