/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A small ordinary request: looks up the ten orders of a page in a map of 1,000, and writes them as
 * 1 KB of JSON.
 */
final class OrdersServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final int ORDERS = 1_000;
  private static final int PAGE = 10;
  private static final int PAGE_CHARS = 1_200;

  private final transient Map<Integer, Order> orders = new HashMap<>();

  private record Order(int id, String customer, String status, long cents) {}

  OrdersServlet() {
    for (int id = 0; id < ORDERS; id++) {
      String status = id % 3 == 0 ? "shipped" : "waiting for payment";
      orders.put(id, new Order(id, "customer \"" + id * 7 + "\"", status, id * 137L));
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String page = request.getParameter("page");
    int first = page == null ? 0 : Integer.parseInt(page) * PAGE;
    StringBuilder json = new StringBuilder(PAGE_CHARS).append("{\"orders\":[");
    for (int i = 0; i < PAGE; i++) {
      Order order = orders.get((first + i) % ORDERS);
      if (order != null) {
        append(json.append(i == 0 ? "" : ","), order);
      }
    }
    byte[] body = json.append("]}").toString().getBytes(UTF_8);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static void append(StringBuilder json, Order order) {
    json.append("{\"id\":").append(order.id()).append(",\"customer\":");
    quote(json, order.customer());
    json.append(",\"status\":");
    quote(json, order.status());
    json.append(",\"euro\":").append(order.cents() / 100).append('.').append(order.cents() % 100);
    json.append(",\"link\":\"/orders/").append(order.id()).append("\"}");
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\');
      }
      json.append(c);
    }
    json.append('"');
  }
}
