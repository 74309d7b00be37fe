/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.examples.support.WebServer;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The shop: an ordinary web application of a few servlets. */
final class ShopService {
  private final StockClient stock;
  private final Orders orders = new Orders();
  private final Tracer tracer;
  private final LongCounter sold;

  private ShopService(StockClient stock, Telemetry telemetry) {
    this.stock = stock;
    tracer = telemetry.tracing().tracer();
    sold =
        telemetry
            .metrics()
            .openTelemetry()
            .getMeter("dev.observe.examples.shop")
            .counterBuilder("shop.orders")
            .setDescription("Orders that the shop has taken.")
            .build();
  }

  static WebServer start(int port, URI stock, HttpClient client, Telemetry telemetry) {
    ShopService shop =
        new ShopService(new StockClient(telemetry.observed(client), stock), telemetry);
    return WebServer.start(
        "shop",
        port,
        ShopSettings.SHOP_PORT,
        telemetry.filter(),
        Map.of(
            "/products", shop.new ProductList(),
            "/orders", shop.new NewOrder(),
            "/orders/*", shop.new OldOrder(),
            "/report", shop.new Report(),
            "/async", shop.new Later(),
            "/fail", new Failing()));
  }

  /** Calls the stock service once for each product. */
  private final class ProductList extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      StringBuilder list = new StringBuilder();
      for (String product : Products.NAMES) {
        list.append(product).append(": ").append(stock.amountOf(product)).append('\n');
      }
      print(list, response);
    }
  }

  private final class NewOrder extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String product = Products.NAMES.get(0);
      String left = stock.take(product);
      long number = orders.add(product + ", " + left + " left");
      sold.add(1);
      response.setStatus(HttpServletResponse.SC_CREATED);
      response.setHeader("Location", "/orders/" + number);
    }
  }

  private final class OldOrder extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String order = orders.find(Products.nameIn(request));
      if (order.isEmpty()) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
        return;
      }
      print(order, response);
    }
  }

  /** Takes its time, and shows in its trace which step takes how long. */
  private final class Report extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      work("read orders", 250);
      work("draw chart", 50);
      print(orders.count() + " orders", response);
    }

    /** Makes a span, which becomes a child of the current one, the request. */
    private void work(String name, long millis) {
      Span span = tracer.spanBuilder(name).startSpan();
      try (Scope ignored = span.makeCurrent()) {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        span.end();
      }
    }
  }

  /** Releases its thread while it waits for the stock service. */
  private final class Later extends HttpServlet {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // However it ends, the last step has seen it.
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      AsyncContext async = request.startAsync();
      stock
          .amountOfLater(Products.NAMES.get(1))
          .thenAccept(amount -> printUnchecked(amount, response))
          .whenComplete((done, failure) -> async.complete());
    }

    private void printUnchecked(String text, HttpServletResponse response) {
      try {
        print(text, response);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Failing extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      throw new IllegalStateException("the cash register is on fire");
    }
  }

  private static void print(CharSequence text, HttpServletResponse response) throws IOException {
    response.setContentType("text/plain");
    response.getWriter().append(text);
  }
}
