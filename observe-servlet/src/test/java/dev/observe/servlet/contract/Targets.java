/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The target of forwards, includes and error pages. */
final class Targets extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** Thrown by the target or the error page itself. */
  static final class TargetFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
    String info = String.valueOf(included == null ? request.getPathInfo() : included);
    switch (info) {
      case "/text" -> response.getWriter().write("target");
      case "/routed" -> {
        RouterScenarios.overwrite(request);
        response.getWriter().write("routed");
      }
      case "/missing" -> response.sendError(404);
      case "/throws" -> throw new TargetFailure();
      case "/forwards" -> request.getRequestDispatcher("/target/text").forward(request, response);
      case "/ok" -> {
        response.setStatus(200);
        response.getWriter().write("all is well");
      }
      case "/unavailable" -> {
        response.setStatus(503);
        response.getWriter().write("later");
      }
      default -> response.sendError(410);
    }
  }
}
