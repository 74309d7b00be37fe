/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.testing;

import dev.observe.testkit.Json;
import dev.observe.testkit.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Chromium, driven over the WebDriver protocol (W3C) of chromedriver. A client library would
 * bring 30 jars for these few commands.
 */
public final class Browser implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration AWAIT = Duration.ofSeconds(20);

  /** Notes what the policy of a page blocked, before its own scripts run. */
  private static final String NOTE_VIOLATIONS =
      "window.violations = []; document.addEventListener('securitypolicyviolation', event =>"
          + " window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
          + " window.onerror = message => window.violations.push(String(message));";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, String server, String chromium) {
    this.driver = driver;
    awaitTrue(
        () -> Boolean.TRUE.equals(Json.at(send("GET", server + "/status", null), "value", "ready")),
        "chromedriver");
    Object created =
        send(
            "POST",
            server + "/session",
            "{\"capabilities\":{\"alwaysMatch\":{\"goog:loggingPrefs\":{\"browser\":\"ALL\"},"
                + "\"goog:chromeOptions\":{\"binary\":"
                + quote(chromium)
                + ",\"args\":[\"--headless\",\"--no-sandbox\",\"--disable-gpu\",\"--disable-quic\","
                + "\"--no-first-run\",\"--disable-background-networking\","
                + "\"--disable-component-update\",\"--disable-sync\","
                + "\"--disable-dev-shm-usage\"]}}}}");
    session = server + "/session/" + Json.at(created, "value", "sessionId");
    cdp("Page.addScriptToEvaluateOnNewDocument", "{\"source\":" + quote(NOTE_VIOLATIONS) + "}");
  }

  /** Starts the browser; without one, the test is skipped, but in CI it fails. */
  public static Browser start() {
    String chromium = Tools.require("chromium", "chromium-browser", "google-chrome").toString();
    Path driver = Tools.require("chromedriver");
    try (ServerSocket free = new ServerSocket(0)) {
      int port = free.getLocalPort();
      free.close();
      Process process =
          new ProcessBuilder(driver.toString(), "--port=" + port)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean started = false;
      try {
        Browser browser = new Browser(process, "http://127.0.0.1:" + port, chromium);
        started = true;
        return browser;
      } finally {
        if (!started) {
          process.destroy();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets the size of the window and whether the system is dark. */
  public void show(int width, int height, boolean dark) {
    cdp("Emulation.setScrollbarsHidden", "{\"hidden\":true}");
    cdp(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":"
            + width
            + ",\"height\":"
            + height
            + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    cdp(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
            + (dark ? "dark" : "light")
            + "\"}]}");
  }

  public void open(String address) {
    command("url", "{\"url\":" + quote(address) + "}");
  }

  public String address() {
    return String.valueOf(script("return location.href"));
  }

  /** Runs the body of a function and returns its result. */
  public @Nullable Object script(String body) {
    return Json.at(
        command("execute/sync", "{\"script\":" + quote(body) + ",\"args\":[]}"), "value");
  }

  /** Runs the body of an asynchronous function and returns its result. */
  public @Nullable Object asyncScript(String body) {
    return script("return (async () => {" + body + "})()");
  }

  /** Waits until an expression is true. */
  public void await(String expression) {
    awaitTrue(() -> Boolean.TRUE.equals(script("return Boolean(" + expression + ")")), expression);
  }

  private static void awaitTrue(Supplier<Boolean> condition, String description) {
    long deadline = System.nanoTime() + AWAIT.toNanos();
    while (!isTrue(condition)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + AWAIT + ": " + description);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static boolean isTrue(Supplier<Boolean> condition) {
    try {
      return condition.get();
    } catch (UncheckedIOException e) {
      // The driver does not listen yet.
      return false;
    }
  }

  /** Presses and releases keys, one after the other; {@code \\uE007} is Enter, for example. */
  public void press(String keys) {
    StringBuilder actions = new StringBuilder();
    keys.chars()
        .forEach(
            key -> {
              String value = quote(String.valueOf((char) key));
              actions.append(actions.isEmpty() ? "" : ",");
              actions.append("{\"type\":\"keyDown\",\"value\":").append(value).append("},");
              actions.append("{\"type\":\"keyUp\",\"value\":").append(value).append('}');
            });
    command(
        "actions",
        "{\"actions\":[{\"type\":\"key\",\"id\":\"keys\",\"actions\":[" + actions + "]}]}");
  }

  /** Clicks the first element of a selector with the mouse. */
  public void click(String selector) {
    List<?> at =
        (List<?>)
            Objects.requireNonNull(
                script(
                    "const element = document.querySelector("
                        + quote(selector)
                        + "); element.scrollIntoView({block: 'center'});"
                        + " const box = element.getBoundingClientRect();"
                        + " return [box.left + box.width / 2, box.top + box.height / 2]"));
    drag(at, at);
  }

  /** Presses the mouse at one point, and releases it at another. */
  public void drag(List<?> from, List<?> to) {
    command(
        "actions",
        "{\"actions\":[{\"type\":\"pointer\",\"id\":\"mouse\",\"actions\":["
            + move(from)
            + ",{\"type\":\"pointerDown\",\"button\":0},"
            + move(to)
            + ",{\"type\":\"pointerUp\",\"button\":0}]}]}");
  }

  private static String move(List<?> point) {
    return "{\"type\":\"pointerMove\",\"duration\":50,\"x\":"
        + Math.round((Double) point.get(0))
        + ",\"y\":"
        + Math.round((Double) point.get(1))
        + "}";
  }

  /** Returns the errors and warnings of the console since the last call. */
  public List<String> consoleErrors() {
    return Json.list(command("se/log", "{\"type\":\"browser\"}"), "value").stream()
        .filter(entry -> !List.of("INFO", "DEBUG").contains(Json.at(entry, "level")))
        .map(entry -> String.valueOf(Json.at(entry, "message")))
        .toList();
  }

  /** Writes a picture of the window. */
  public void screenshot(Path file) {
    Object answer = send("GET", session + "/screenshot", null);
    try {
      Files.write(file, Base64.getDecoder().decode(String.valueOf(Json.at(answer, "value"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void cdp(String name, String parameters) {
    command("goog/cdp/execute", "{\"cmd\":\"" + name + "\",\"params\":" + parameters + "}");
  }

  private @Nullable Object command(String name, String body) {
    return send("POST", session + "/" + name, body);
  }

  private @Nullable Object send(String method, String address, @Nullable String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build();
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      Object answer = Json.parse(response.body());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(String.valueOf(Json.at(answer, "value", "message")));
      }
      return answer instanceof Map<?, ?> ? answer : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public void close() {
    try {
      send("DELETE", session, null);
    } finally {
      driver.destroy();
    }
  }
}
