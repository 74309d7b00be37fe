/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.myevents;

import dev.observe.examples.support.Http;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Knows the events: {@code GET /events/{id}} answers the name of one. */
final class EventService extends HttpServlet {
  static final Map<String, String> EVENTS =
      Map.of("1", "opera gala", "2", "jazz night", "3", "rock festival");

  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.setAttribute("http.route", "/events/{id}");
    String name = EVENTS.get(String.valueOf(request.getPathInfo()).substring(1));
    if (name == null) {
      Http.answer(response, HttpServletResponse.SC_NOT_FOUND, "no such event");
    } else {
      Http.answer(response, HttpServletResponse.SC_OK, name);
    }
  }
}
