/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Setting;
import dev.observe.internal.request.forwarded.ForwardedRequestTest;
import dev.observe.internal.request.series.RequestMetrics;
import io.opentelemetry.api.common.Attributes;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The effect of forwarded headers on the span and the labels of a request. */
class ForwardedExchangeTest {
  private final RecordedServer server = new RecordedServer();

  @AfterEach
  void close() {
    server.close();
  }

  private ServerTelemetry telemetry(String trustedProxies) {
    return server.both(Map.of(Setting.TRUSTED_PROXIES.name(), trustedProxies));
  }

  private Attributes serve(FakeExchange exchange, String trustedProxies) {
    exchange.start(telemetry(trustedProxies));
    exchange.finish(200);
    return server.spans.getFinishedSpanItems().get(0).getAttributes();
  }

  private String schemeLabel() {
    return server.registry.scrape(RequestMetrics.DURATION::equals).stream()
        .map(HistogramSnapshot.class::cast)
        .flatMap(histogram -> histogram.getDataPoints().stream())
        .map(point -> point.getLabels().get("url_scheme"))
        .reduce((first, second) -> first + ',' + second)
        .orElse("none");
  }

  private static FakeExchange forwarded() {
    return FakeExchange.get("/", "/")
        .header("Host", "app.internal:8080")
        .header("X-Forwarded-For", "203.0.113.9")
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-Host", "shop.example")
        .header("X-Forwarded-Port", "8443");
  }

  @Test
  void P12_noTrustedProxies_socketValuesAreUsed() {
    assertSocketValues(serve(forwarded().header("Forwarded", "for=203.0.113.9;proto=https"), ""));
  }

  @Test
  void P12_untrustedPeer_socketValuesAreUsed() {
    assertSocketValues(serve(forwarded(), "10.0.0.0/8"));
  }

  @Test
  void P12_unknownPeer_socketSchemeAndHostAreUsed() {
    FakeExchange exchange = forwarded();
    exchange.peer = null;

    Attributes attributes = serve(exchange, "0.0.0.0/0, ::/0");

    assertThat(attributes.get(stringKey("url.scheme"))).isEqualTo("http");
    assertThat(attributes.get(stringKey("server.address"))).isEqualTo("app.internal");
    assertThat(attributes.get(stringKey("client.address"))).isNull();
  }

  /** The same values as in {@link ForwardedRequestTest}, tested through the exchange. */
  @Test
  void P12_invalidHeaders_socketValuesAreUsed() {
    FakeExchange exchange =
        FakeExchange.get("/", "/")
            .header("Host", "app.internal:8080")
            .header("Forwarded", "for=\"[2001\";proto=javascript;host=\"[2001\"")
            .header("X-Forwarded-For", "<script>alert(1)</script>")
            .header("X-Forwarded-Proto", "javascript:")
            .header("X-Forwarded-Host", "a b")
            .header("X-Forwarded-Port", "99999999");

    assertSocketValues(serve(exchange, "192.0.2.0/24"));
  }

  private void assertSocketValues(Attributes attributes) {
    assertThat(attributes.get(stringKey("client.address"))).isEqualTo("192.0.2.7");
    assertThat(attributes.get(stringKey("url.scheme"))).isEqualTo("http");
    assertThat(attributes.get(stringKey("server.address"))).isEqualTo("app.internal");
    assertThat(attributes.get(longKey("server.port"))).isEqualTo(8080);
    assertThat(schemeLabel()).isEqualTo("http");
  }

  @Test
  void P12_trustedPeer_spanHasClientValuesAndSocketPeer() {
    Attributes attributes = serve(forwarded(), "192.0.2.0/24");

    assertThat(attributes.get(stringKey("client.address"))).isEqualTo("203.0.113.9");
    assertThat(attributes.get(stringKey("url.scheme"))).isEqualTo("https");
    assertThat(attributes.get(stringKey("server.address"))).isEqualTo("shop.example");
    assertThat(attributes.get(longKey("server.port"))).isEqualTo(8443);
    assertThat(attributes.get(stringKey("network.peer.address"))).isEqualTo("192.0.2.7");
    assertThat(attributes.get(longKey("network.peer.port"))).isEqualTo(50_123);
  }

  @Test
  void P12_trustedPeer_metricsHaveClientScheme() {
    FakeExchange exchange = forwarded();
    exchange.start(telemetry("192.0.2.7"));

    assertThat(active("https")).isEqualTo(1);
    exchange.finish(200);

    assertThat(active("https")).isZero();
    assertThat(active("http")).isZero();
    assertThat(schemeLabel()).isEqualTo("https");
  }

  private double active(String scheme) {
    Labels labels = Labels.of("http_request_method", "GET", "url_scheme", scheme);
    return server.registry.scrape(RequestMetrics.ACTIVE::equals).stream()
        .map(GaugeSnapshot.class::cast)
        .flatMap(gauge -> gauge.getDataPoints().stream())
        .filter(point -> point.getLabels().equals(labels))
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void P12_ipv6ClientAndHost_areWithoutBrackets() {
    FakeExchange exchange =
        FakeExchange.get("/", "/")
            .header(
                "Forwarded",
                "for=\"[2001:db8:cafe::17]:4711\";proto=https;host=\"[2001:db8::1]:8443\"");
    exchange.peer = "[0:0:0:0:0:0:0:1%0]";

    Attributes attributes = serve(exchange, "loopback");

    assertThat(attributes.get(stringKey("client.address"))).isEqualTo("2001:db8:cafe::17");
    assertThat(attributes.get(stringKey("server.address"))).isEqualTo("2001:db8::1");
    assertThat(attributes.get(longKey("server.port"))).isEqualTo(8443);
    assertThat(attributes.get(stringKey("url.scheme"))).isEqualTo("https");
  }

  @Test
  void P12_schemeOnly_setsDefaultPortOfHostHeader() {
    FakeExchange exchange =
        FakeExchange.get("/", "/")
            .header("Host", "shop.example")
            .header("X-Forwarded-Proto", "https");

    Attributes attributes = serve(exchange, "192.0.2.7");

    assertThat(attributes.get(stringKey("server.address"))).isEqualTo("shop.example");
    assertThat(attributes.get(longKey("server.port"))).isEqualTo(443);
    assertThat(attributes.get(stringKey("client.address"))).isEqualTo("192.0.2.7");
  }

  @Test
  void P12_severalLines_areOneList() {
    FakeExchange exchange =
        FakeExchange.get("/", "/")
            .header("X-Forwarded-For", "6.6.6.6")
            .header("X-Forwarded-For", "203.0.113.9, 192.0.2.8");

    assertThat(serve(exchange, "192.0.2.0/24").get(stringKey("client.address")))
        .isEqualTo("203.0.113.9");
  }

  /** A forged scheme must not become a series (threat B9). */
  @Test
  void P12_manyForgedSchemes_addNoSeries() {
    ServerTelemetry telemetry = telemetry("0.0.0.0/0");
    for (int i = 0; i < 1_000; i++) {
      FakeExchange exchange = FakeExchange.get("/", "/").header("X-Forwarded-Proto", "s" + i);
      exchange.start(telemetry);
      exchange.finish(200);
    }

    assertThat(schemeLabel()).isEqualTo("http");
  }
}
