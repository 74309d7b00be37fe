/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.slowquery;

import dev.observe.examples.support.Http;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Lists open orders, each with the largest order of its customer: a search of the whole table for
 * each line, until {@code PUT /index} adds an index. {@code DELETE /index} removes it.
 */
final class OrderService extends HttpServlet {
  static final int ROWS = 200_000;

  private static final long serialVersionUID = 1L;
  private static final String PAGE =
      """
      SELECT o.id, (SELECT MAX(p.amount) FROM orders p WHERE p.customer = o.customer)
      FROM orders o WHERE o.status = 'open' AND o.id BETWEEN ? AND ?""";

  private final transient DataSource database;

  OrderService(DataSource database) {
    this.database = database;
  }

  /** Makes the table. */
  void fill() {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      boolean h2 = connection.getMetaData().getDatabaseProductName().equals("H2");
      String numbers = h2 ? "system_range(1, " : "generate_series(1, ";
      statement.execute("DROP TABLE IF EXISTS orders");
      statement.execute(
          "CREATE TABLE orders (id INT PRIMARY KEY, customer INT, amount INT, status VARCHAR(8))");
      statement.execute(
          "INSERT INTO orders SELECT x, MOD(x, 20000), MOD(x * 7, 1000), 'open' FROM "
              + (numbers + ROWS + ") AS n(x)"));
    } catch (SQLException e) {
      throw new IllegalStateException("the table orders cannot be made: " + e.getMessage(), e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(PAGE)) {
      statement.setInt(1, 1);
      statement.setInt(2, 5);
      int orders = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          orders++;
        }
      }
      Http.answer(response, HttpServletResponse.SC_OK, orders + " orders");
    } catch (SQLException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected void doPut(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    execute("CREATE INDEX IF NOT EXISTS by_customer ON orders (customer, amount)", response);
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    execute("DROP INDEX IF EXISTS by_customer", response);
  }

  private void execute(String sql, HttpServletResponse response)
      throws IOException, ServletException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      Http.answer(response, HttpServletResponse.SC_OK, "done");
    } catch (SQLException e) {
      throw new ServletException(e);
    }
  }
}
