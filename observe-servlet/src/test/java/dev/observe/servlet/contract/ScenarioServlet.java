/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** The application: runs the scenario that the first part of the path names. */
final class ScenarioServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, Scenario> scenarios;

  ScenarioServlet(Map<String, Scenario> scenarios) {
    this.scenarios = scenarios;
  }

  static Scenario find(Map<String, Scenario> scenarios, HttpServletRequest request) {
    String info = request.getPathInfo();
    return info == null ? null : scenarios.get(info.split("/", 3)[1]);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Scenario scenario = find(scenarios, request);
    if (scenario == null) {
      response.sendError(HttpServletResponse.SC_GONE);
    } else if (scenario.service == null) {
      super.service(request, response);
    } else {
      scenario.service.serve(request, response);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write("hello");
  }
}
