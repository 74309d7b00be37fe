/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.server.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** The applications of one JVM share a metrics port. */
class SharedPortTest extends SharedPortFixture {
  @Test
  void page_oneApplication_isAtBothPaths() throws IOException {
    Metrics shop = start("shop");

    assertThat(shop.uri()).hasToString("http://127.0.0.1:" + port + "/metrics");
    assertThat(get("/metrics").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/shop").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
    assertThat(get("/shop").status()).isEqualTo(404);
    assertThat(get("/sd").text()).contains("\"__metrics_path__\":\"/metrics/shop\"");
  }

  @Test
  void pages_twoApplications_eachHasItsOwn() throws IOException {
    Metrics shop = start("shop");
    Metrics stock = start("The Stock");

    assertThat(shop.uri()).hasToString(page("shop"));
    assertThat(stock.uri()).hasToString(page("The-Stock"));
    assertThat(get("/metrics/shop").text())
        .contains("\ncalls_of_shop_total 1.0\n", "\nobserve_endpoint_up 1.0\n")
        .doesNotContain("calls_of_The_Stock");
    assertThat(get("/metrics/The-Stock").text())
        .contains("\ncalls_of_The_Stock_total 1.0\n", "\nobserve_endpoint_up 1.0\n")
        .doesNotContain("calls_of_shop");
    assertThat(get("/report/shop").text()).contains("calls_of_shop");
    assertThat(get("/version/The-Stock").text()).contains("\"service\":\"The Stock\"");
    assertThat(logged(Level.INFO))
        .containsExactly(
            "The metrics of service 'The Stock' are at "
                + page("The-Stock")
                + ", on the port of service 'shop'. With several applications, /metrics only lists"
                + " the page of each, and /sd their scrape targets.");
  }

  /** A scraper of /metrics must not take one application for another, nor get an empty page. */
  @Test
  void metrics_twoApplications_listsThePages() throws IOException {
    start("shop");
    Metrics stock = start("stock");

    Reply list = get("/metrics");
    Reply report = get("/report");
    stock.close();

    assertThat(list.statusLine()).isEqualTo("HTTP/1.1 300 Multiple Choices");
    assertThat(list.text())
        .isEqualTo("This port serves several applications:\n/metrics/shop\n/metrics/stock\n");
    assertThat(report.status()).isEqualTo(300);
    assertThat(get("/metrics").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
  }

  /** The request crosses class loaders as a map: nothing of it may be lost. */
  @Test
  void page_ofAGuest_getsQueryAndHeadersOfTheRequest() throws IOException {
    start("shop");
    start("stock");

    Reply filtered = get("/metrics/stock?name[]=calls_of_stock_total");
    Reply open = get("/metrics/stock", "Accept: application/openmetrics-text; version=1.0.0");
    Reply zipped = get("/metrics/stock", "Accept-Encoding: gzip");
    Reply invalid = get("/report/stock?name[]=%");

    assertThat(filtered.text().lines().filter(line -> !line.startsWith("#")))
        .containsExactly("calls_of_stock_total 1.0");
    assertThat(open.text()).endsWith("# EOF\n");
    assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
    assertThat(invalid.status()).isEqualTo(400);
  }

  @Test
  void sd_twoApplications_hasATargetForEachAndTheFleetOnce() throws IOException {
    start(builder("shop").property("observe.discovery.fleet", "other:2112"));
    start(builder("stock").property("observe.discovery.fleet", "other:2112"));

    assertThat(get("/sd").text())
        .isEqualTo(
            ("[{'targets':['127.0.0.1:PORT'],'labels':{'__metrics_path__':'/metrics/shop',"
                    + "'__scheme__':'http','service_name':'shop'}},"
                    + "{'targets':['other:2112'],'labels':{}},"
                    + "{'targets':['127.0.0.1:PORT'],'labels':{'__metrics_path__':'/metrics/stock',"
                    + "'__scheme__':'http','service_name':'stock'}}]\n")
                .replace('\'', '"')
                .replace("PORT", String.valueOf(port)));
  }

  /** A probe of the process must see every application. */
  @Test
  void health_twoApplications_isDownIfOneIs() throws IOException {
    start("shop");
    Metrics stock = start("stock");

    Reply up = get("/readyz");
    stock.addReadinessCheck(
        "database",
        Duration.ofSeconds(5),
        () -> {
          throw new IllegalStateException("gone");
        });
    Reply down = get("/readyz");

    assertThat(up.status()).isEqualTo(200);
    assertThat(up.text()).startsWith("{\"status\":\"up\",\"applications\":{\"shop\":{\"status\"");
    assertThat(down.status()).isEqualTo(503);
    assertThat(down.text())
        .contains("{\"status\":\"down\",\"applications\":{\"shop\":{\"status\":\"up\"")
        .contains("\"stock\":{\"status\":\"down\",\"checks\":[{\"name\":\"database\"");
    assertThat(get("/healthz").status()).isEqualTo(200);
    assertThat(get("/readyz/shop").status()).isEqualTo(200);
    assertThat(get("/readyz/stock").status()).isEqualTo(503);
  }

  @Test
  void index_twoApplications_linksToThePagesOfEach() throws IOException {
    start("shop");
    start("<stock>");

    assertThat(get("/").text())
        .contains("<h1>shop, stock</h1>")
        .contains("href=\"/metrics/shop\"", "href=\"/report/stock\"", "href=\"/sd\"")
        .contains("href=\"/readyz\"", "of &lt;stock&gt;")
        .doesNotContain("href=\"//");
  }

  @Test
  void pages_switchedOffByAGuest_areNotServed() throws IOException {
    start("shop");
    start(builder("stock").property("observe.metrics.pages", "false"));

    assertThat(get("/metrics/stock").status()).isEqualTo(200);
    assertThat(get("/report/stock").status()).isEqualTo(404);
    assertThat(get("/report/shop").status()).isEqualTo(200);
    assertThat(get("/sd").text()).contains("/metrics/shop", "/metrics/stock");
    assertThat(get("/readyz").text()).doesNotContain("stock");
  }

  @Test
  void start_sameNameTwice_getsANumber() throws IOException {
    Metrics first = start("shop");
    Metrics second = start("shop");
    Metrics third = start("shop");

    assertThat(second.uri()).hasToString(page("shop-2"));
    assertThat(third.uri()).hasToString(page("shop-3"));
    first.close();
    await().atMost(SOON).until(() -> get("/metrics/shop-3").status() == 200);

    // A name stays as long as its application; one that is free is given again.
    assertThat(second.uri()).hasToString(page("shop-2"));
    assertThat(start("shop").uri()).hasToString(page("shop"));
  }

  /** In any order of ends and starts, each application is reachable a second later. */
  /** No page may be served with less protection than its own settings ask for. */
  @Test
  void start_otherAccessSettings_isRefusedWithBothNames() throws IOException {
    start("shop");

    MetricsBuilder stock =
        builder("stock")
            .property("observe.metrics.user", "prometheus")
            .property("observe.metrics.password", "s3cret")
            .property("observe.metrics.allowed-hosts", "metrics.example");

    assertThatThrownBy(stock::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "Cannot serve metrics on 127.0.0.1:"
                + port
                + ": service 'shop' of this JVM serves this port with another value of"
                + " observe.metrics.allowed-hosts and of observe.metrics.user with its password."
                + " Give service 'stock' the same, or choose another port with port(...) or"
                + " OTEL_EXPORTER_PROMETHEUS_PORT.");
    assertThat(get("/metrics").status()).isEqualTo(200);
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
  }

  @Test
  void page_ofAGuest_needsThePasswordOfBoth() throws IOException {
    start(builder("shop").property("observe.metrics.bearer-token", "t0ken"));
    start(builder("stock").property("observe.metrics.bearer-token", "t0ken"));

    assertThat(get("/metrics/stock").status()).isEqualTo(401);
    assertThat(get("/metrics/stock", "Authorization: Bearer t0ken").status()).isEqualTo(200);
  }
}
