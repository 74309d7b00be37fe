/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.slowquery;

import dev.observe.examples.support.Sample;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A list of orders that is slow until it has an index, and its trace that shows the statement.
 *
 * <p>The database is H2 in this process, or the PostgreSQL that {@code SLOWQUERY_URL} names, such
 * as {@code jdbc:postgresql://localhost/test?user=postgres}; the table {@code orders} is replaced.
 *
 * @param web the URL of the service
 * @param metrics the page with its metrics
 * @since 0.1
 */
public record SlowQuery(URI web, URI metrics) {
  /** Visits without the index, and then as many with it. */
  private static final int ROUND = 10;

  /**
   * Runs the service until Ctrl-C.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    String url =
        Optional.ofNullable(System.getenv("SLOWQUERY_URL"))
            .orElse("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");
    Sample.run(
        sample -> {
          SlowQuery service = start(sample, url);
          int[] visits = {0};
          sample.visit(2, () -> service.visit(sample, visits[0]++));
          return """
          A list of orders is slow, and fast after PUT /index, in turns:
            orders %s/orders
            metrics %s: http_server_request_duration_seconds by route
          """
              .formatted(service.web, service.metrics);
        });
  }

  static SlowQuery start(Sample sample, String url) {
    Telemetry telemetry =
        sample.open(Telemetry.start(sample.metrics("orders", 2112), sample.tracing("orders")));
    // The spans of making the table would belong to no request.
    new OrderService(database(url)).fill();
    OrderService service = new OrderService(telemetry.observed(database(url)));
    URI web =
        sample
            .web("orders", 8080, telemetry.filter(), Map.of("/orders", service, "/index", service))
            .uri();
    return new SlowQuery(web, telemetry.metrics().uri());
  }

  private void visit(Sample sample, int number) throws Exception {
    int turn = number % (2 * ROUND);
    if (turn == 0) {
      sample.send("DELETE", web.resolve("/index"), "");
    } else if (turn == ROUND) {
      sample.send("PUT", web.resolve("/index"), "");
    } else {
      sample.send("GET", web.resolve("/orders"), "");
    }
  }

  private static DataSource database(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      PGSimpleDataSource postgresql = new PGSimpleDataSource();
      postgresql.setURL(url);
      return postgresql;
    }
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL(url);
    return h2;
  }
}
