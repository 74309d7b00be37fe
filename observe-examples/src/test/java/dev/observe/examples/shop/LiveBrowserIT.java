/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.WebServer;
import dev.observe.examples.testing.Browser;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.testkit.Tools;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live page of the running shop in a real Chromium. */
class LiveBrowserIT {
  private static final String AXE_VERSION = "4.10.3";
  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String LEFT = "\uE012";
  private static final String RIGHT = "\uE014";

  private static final CountDownLatch HANG = new CountDownLatch(1);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Browser browser;
  private static Shop shop;
  private static Telemetry hostile;
  private static WebServer hostileServer;

  /** Hangs, or makes a trace that tries to harm the page. */
  private static final class Hostile extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      if (request.getRequestURI().endsWith("/hang")) {
        hangHere();
        return;
      }
      for (int i = 0; i < 10_000; i++) {
        Span span =
            hostile.tracing().tracer().spanBuilder("<img src=x onerror=harm()>").startSpan();
        span.end();
      }
      Span.current()
          .setAttribute("harm", "\u202e<script>window.harmed=1</script>" + "x".repeat(60_000));
      throw new IllegalStateException("</script><script>window.harmed=1</script>");
    }

    private static void hangHere() {
      try {
        HANG.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.start();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    shop =
        Shop.start(new ShopSettings(0, 0, 0, 0, 50, 0), ConsoleSpanExporter.create(nowhere, false));
    hostile =
        Telemetry.start(
            Metrics.builder("hostile").port(0).disableGlobal().live(),
            Tracing.builder("hostile").disableGlobal().exporter("none").live());
    hostileServer =
        WebServer.start("hostile", 0, "port", hostile.filter(), Map.of("/x/*", new Hostile()));
    browser.show(1280, 900, false);
    browser.open(address(shop.shopTelemetry()));
    browser.await("document.querySelector('.card')");
  }

  @AfterAll
  static void stop() {
    HANG.countDown();
    hostileServer.close();
    hostile.close();
    shop.close();
    browser.close();
  }

  private static String address(Telemetry telemetry) {
    PageOwner.Live live =
        Objects.requireNonNull(PageOwner.liveOf(telemetry.metrics().openTelemetry()));
    return telemetry.metrics().uri().resolve("/live/") + live.query();
  }

  private static String page(Telemetry telemetry, String screen) {
    return telemetry.metrics().uri().resolve("/live/") + "#/" + screen;
  }

  private static void screen(String screen) {
    browser.open("about:blank");
    browser.open(page(shop.shopTelemetry(), screen));
    browser.await("document.querySelector('main') && !document.querySelector('.loading')");
  }

  @BeforeEach
  void wide() {
    browser.show(1280, 900, false);
  }

  @AfterEach
  void nothingWasBlockedAndTheConsoleIsEmpty() {
    assertThat((List<?>) browser.script("return window.violations ?? []")).isEmpty();
    assertThat(browser.consoleErrors()).isEmpty();
  }

  private static String text(String selector) {
    return String.valueOf(
        browser.script("return document.querySelector('" + selector + "').innerText"));
  }

  @Test
  void overview_tokenInTheAddress_isGoneAndTheTracesAreOfBothServices() {
    browser.open("about:blank");
    browser.open(address(shop.shopTelemetry()));
    browser.await("document.querySelector('.card .value')?.innerText.includes('/s')");

    assertThat(browser.address()).doesNotContain("token");
    screen("traces");
    browser.await(
        "[...document.querySelectorAll('td')].some(td => td.innerText === 'shop, stock')");
  }

  @Test
  void traces_filtersAndBrush_areInTheAddress() {
    screen("traces");
    browser.click("#error");
    browser.await("location.hash.includes('error=true')");
    browser.await(
        "document.querySelectorAll('a.open').length > 0 &&"
            + " [...document.querySelectorAll('a.open')].every(a => a.innerText === 'GET /fail')");
    browser.click("#clear");
    browser.await("location.hash === '#/traces'");
    browser.await("document.querySelector('live-chart .u-over')");

    browser.script("document.querySelector('live-chart').scrollIntoView({block: 'center'})");
    List<?> box =
        (List<?>)
            Objects.requireNonNull(
                browser.script(
                    "const box = document.querySelector('live-chart"
                        + " .u-over').getBoundingClientRect(); return [box.left + 300, box.top +"
                        + " 5, box.left + 900, box.top + 120]"));
    browser.drag(box.subList(0, 2), box.subList(2, 4));

    browser.await("/from=\\d+&to=\\d+/.test(location.hash) && /min=/.test(location.hash)");
    assertThat(browser.address()).contains("max=");
  }

  @Test
  void route_exemplar_opensItsTraceWhoseSpansFold() {
    screen("routes?method=GET&route=%2Fproducts");
    browser.await(
        "document.querySelector('a.exemplar') && document.querySelector('live-chart canvas')");
    String id = text("a.exemplar");
    browser.click("a.exemplar");
    browser.await("location.hash.includes('trace?id=" + id + "')");
    browser.await("document.querySelectorAll('.line').length === 7");

    browser.click("#toggle-all");
    browser.await("document.querySelectorAll('.line').length === 4");
    browser.click("#toggle-all");
    browser.await("document.querySelectorAll('.line').length === 7");
    browser.click(".line:nth-child(3)");
    browser.await("document.querySelector('aside').innerText.includes('/stock/*')");
    assertThat(text("aside")).contains("stock", "Self time", "http.route");
  }

  @Test
  void keyboard_alone_reachesATraceAndFoldsIt() {
    screen("overview");
    browser.press("3");
    browser.await("location.hash === '#/traces' && document.querySelector('[data-row]')");
    browser.press("/");
    browser.await("document.activeElement.id === 'paste'");
    browser.press(ESCAPE);
    browser.script("document.querySelector('#route').focus()");
    browser.press("GET /products" + ENTER);
    browser.await("location.hash.includes('route=GET')");
    browser.press(ESCAPE);
    browser.await(
        "[...document.querySelectorAll('a.open')].every(a => a.innerText === 'GET /products')");
    browser.press("p");
    browser.await("document.querySelector('#pause').getAttribute('aria-pressed') === 'true'");
    browser.press("j");
    browser.await("document.activeElement.matches('[data-row]')");
    browser.press(ENTER);
    browser.await("document.querySelectorAll('.line').length === 7");
    browser.press("j" + LEFT);
    browser.await("document.querySelectorAll('.line').length === 1");
    browser.press(RIGHT);
    browser.await("document.querySelectorAll('.line').length === 7");
    browser.press("?");
    browser.await("document.querySelector('#keys').open");
    browser.press(ESCAPE);
    browser.await("!document.querySelector('#keys').open");
    browser.press(ESCAPE);
    browser.await("location.hash.startsWith('#/traces')");
  }

  @Test
  void pause_stopsTheFigures_untilResumed() throws Exception {
    screen("inflight");
    browser.script(
        "window.calls = 0; const own = window.fetch; window.fetch = (...all) => { window.calls++; return own(...all); }");
    browser.await("window.calls > 0");
    browser.click("#pause");
    browser.await("document.querySelector('#pause').innerText === 'Resume'");
    Object before = browser.script("return window.calls");
    Thread.sleep(3_000);

    assertThat(browser.script("return window.calls")).isEqualTo(before);
    browser.click("#pause");
    browser.await("window.calls > " + before);
  }

  @Test
  void inFlight_hangingRequest_showsItsStack() {
    CompletableFuture<HttpResponse<Void>> hanging =
        CLIENT.sendAsync(
            HttpRequest.newBuilder(hostileServer.uri().resolve("/x/hang")).build(),
            BodyHandlers.discarding());
    browser.open(address(hostile));
    browser.await("document.querySelector('nav')");
    browser.press("4");
    browser.await("document.querySelector('button.stack')");
    browser.click("button.stack");

    browser.await("document.querySelector('pre')?.innerText.includes('hangHere')");
    assertThat(text("table")).contains("GET /x/*");
    assertThat(hanging).isNotDone();
  }

  @Test
  void hostileValues_areShownAsText() throws Exception {
    CLIENT.send(
        HttpRequest.newBuilder(
                hostileServer
                    .uri()
                    .resolve("/x/<y>?q=<script>".replace("<", "%3C").replace(">", "%3E")))
            .header("User-Agent", "<script>window.harmed=1</script>")
            .build(),
        BodyHandlers.discarding());
    browser.open(address(hostile));
    browser.await("document.querySelector('nav')");
    browser.open(page(hostile, "traces?error=true&service=hostile"));
    browser.await("document.querySelector('a.open')");
    long start = System.nanoTime();
    browser.click("a.open");
    browser.await("document.querySelectorAll('.line').length === 300");
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    browser.await("document.querySelector('aside').innerText.includes('</script><script>')");

    assertThat(text(".line:nth-child(2)")).contains("<img src=x onerror=harm()>");
    assertThat(
            browser.script(
                "return window.harmed ?? document.querySelector('main img') ?? document.querySelector('main script')"))
        .isNull();
    assertThat(text("aside")).contains("<script>window.harmed=1");
    browser.click("#more");
    browser.await("document.querySelectorAll('.line').length === 600");
    browser.open(page(hostile, "errors"));
    browser.await(
        "document.querySelector('main').innerText.includes('</script><script>window.harmed=1')");
  }

  @Test
  void metrics_search_opensAChart() {
    screen("metrics");
    browser.press("/");
    browser.press("request_duration");
    browser.await(
        "document.querySelectorAll('a.metric').length > 0 && [...document.querySelectorAll('a.metric')].every(a => a.innerText.includes('request_duration'))");
    browser.script("document.activeElement.blur()");
    browser.click("a.metric");
    browser.await("document.querySelector('live-chart canvas')");
    assertThat(text(".query")).contains("histogram_quantile");
  }

  @Test
  void screens_lightAndDarkWideAndNarrow_areAccessible() throws Exception {
    Path axe =
        Path.of(
            Objects.requireNonNullElse(
                System.getenv("AXE_CORE"),
                System.getProperty("user.home")
                    + "/.cache/observe-tools/axe-core-"
                    + AXE_VERSION
                    + "/axe.min.js"));
    Tools.requireThat(Files.isReadable(axe), "axe-core " + AXE_VERSION + " is not at " + axe);
    String source = Files.readString(axe);
    if (Boolean.getBoolean("docs.write")) {
      // The pictures need some minutes of requests.
      Thread.sleep(100_000);
    }
    String trace = firstTrace("GET%20/products");
    Map<String, String> screens = new LinkedHashMap<>();
    screens.put("overview", "overview");
    screens.put("routes", "routes");
    screens.put("route", "routes?method=GET&route=%2Fproducts");
    screens.put("traces", "traces");
    screens.put("trace", "trace?id=" + trace);
    screens.put("failed", "trace?id=" + firstTrace("GET%20/fail"));
    screens.put("inflight", "inflight");
    screens.put("errors", "errors");
    screens.put("metrics", "metrics?search=http");
    screens.put("metric", "metrics?name=http_server_request_duration_seconds");
    screens.put("process", "process");

    for (int width : new int[] {1280, 360}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.show(width, width == 360 ? 780 : 900, dark);
        for (Map.Entry<String, String> one : screens.entrySet()) {
          screen(one.getValue());
          String name =
              "live-" + one.getKey() + (dark ? "-dark" : "") + (width == 360 ? "-360" : "");
          List<?> violations =
              (List<?>)
                  Objects.requireNonNull(
                      browser.asyncScript(
                          source
                              + ";const found = await window.axe.run(); return"
                              + " found.violations.map(one => one.id + ' ' + one.nodes[0].html +"
                              + " ' ' + one.nodes[0].failureSummary)"));
          assertThat(violations).as(name).isEmpty();
          assertThat((Double) browser.script("return document.documentElement.scrollWidth"))
              .as(name)
              .isLessThanOrEqualTo(width);
          picture(name);
        }
      }
    }
  }

  private static String firstTrace(String route) {
    return String.valueOf(
        browser.asyncScript(
            "const answer = await fetch('"
                + shop.shopMetrics().resolve("/live/api/traces?limit=50&route=" + route)
                + "'); return (await answer.json()).traces.filter(trace => trace.complete)[0].id"));
  }

  /** Keeps the pictures of the documentation, with {@code -Ddocs.write=true}. */
  private static void picture(String name) throws IOException {
    if (Boolean.getBoolean("docs.write")
        && List.of(
                "live-overview", "live-traces", "live-trace-dark", "live-route", "live-trace-360")
            .contains(name)) {
      Path folder = Path.of("..", "docs", "images");
      Files.createDirectories(folder);
      browser.await(
          "!document.querySelector('live-chart') || document.querySelector('live-chart canvas')");
      browser.screenshot(folder.resolve(name + ".png"));
    }
  }
}
