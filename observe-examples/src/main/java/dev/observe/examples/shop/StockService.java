/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.examples.support.WebServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The service that the shop calls: returns the stock of a product, and takes one of it. */
final class StockService {
  private static final int DELIVERY = 100;

  private final Map<String, Integer> amounts = new ConcurrentHashMap<>();

  private StockService() {
    Products.NAMES.forEach(product -> amounts.put(product, DELIVERY));
  }

  static WebServer start(int port, Telemetry telemetry) {
    StockService stock = new StockService();
    return WebServer.start(
        "stock",
        port,
        ShopSettings.STOCK_PORT,
        telemetry.filter(),
        Map.of("/stock/*", stock.new Amount()));
  }

  private final class Amount extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answer(amounts.get(Products.nameIn(request)), response);
    }

    /** Takes one; a new delivery arrives when none is left. */
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      answer(
          amounts.computeIfPresent(
              Products.nameIn(request), (name, amount) -> amount > 0 ? amount - 1 : DELIVERY),
          response);
    }

    private void answer(@Nullable Integer amount, HttpServletResponse response) throws IOException {
      if (amount == null) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
        return;
      }
      response.setContentType("text/plain");
      response.getWriter().print(amount);
    }
  }
}
