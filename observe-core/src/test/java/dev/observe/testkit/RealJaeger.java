/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/**
 * A real Jaeger all-in-one, on its standard ports because its two generations name the flags for
 * others differently.
 *
 * <p>The test is skipped where there is neither {@code jaeger} nor {@code jaeger-all-in-one}, in CI
 * too: no package installs it there. Only the reading of its answers has been tested so far.
 */
public final class RealJaeger implements AutoCloseable {
  private static final String[] PROGRAMS = {"jaeger", "jaeger-all-in-one"};

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Daemon daemon;
  private final JsonClient client;

  private RealJaeger(Daemon daemon, JsonClient client) {
    this.daemon = daemon;
    this.client = client;
  }

  /** A span as the query API tells it; {@code parentSpanId} is empty for a root. */
  public record Span(
      String traceId,
      String spanId,
      String parentSpanId,
      String name,
      String service,
      Map<String, String> tags) {}

  /** Makes a test that needs a real Jaeger; none where there is none. */
  public static Stream<DynamicTest> test(String name, Executable body) {
    return Tools.whereThere(name, body, PROGRAMS);
  }

  /** Starts one. */
  public static RealJaeger start() {
    Path program =
        Stream.of(PROGRAMS)
            .flatMap(name -> Tools.find(name).stream())
            .findFirst()
            .orElseThrow(() -> new AssertionError("no Jaeger is on the PATH"));
    Daemon daemon = Daemon.start(Daemon.newFolder(), List.of(program.toString()));
    JsonClient client = new JsonClient(URI.create("http://127.0.0.1:16686"));
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> !daemon.log().isEmpty() && client.isReady("/api/services"));
      return new RealJaeger(daemon, client);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  /** The base endpoint, for {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  public String endpoint() {
    return "http://127.0.0.1:4318";
  }

  /** The spans of every trace a service has part in. */
  public List<Span> spans(String service) {
    return spansOf(
        client.get(
            "/api/traces?limit=1000&service="
                + URLEncoder.encode(service, StandardCharsets.UTF_8)));
  }

  /** Asks for the spans of a service until they are as wanted. */
  public List<Span> awaitSpans(String service, Predicate<List<Span>> wanted) {
    return await(service).atMost(PATIENCE).until(() -> spans(service), wanted);
  }

  @Override
  public void close() {
    daemon.close();
  }

  static List<Span> spansOf(@Nullable Object answer) {
    return Json.list(answer, "data").stream()
        .flatMap(trace -> Json.list(trace, "spans").stream().map(span -> span(span, trace)))
        .toList();
  }

  private static Span span(@Nullable Object span, @Nullable Object trace) {
    String parent = "";
    for (Object reference : Json.list(span, "references")) {
      if ("CHILD_OF".equals(Json.at(reference, "refType"))) {
        parent = text(reference, "spanID");
      }
    }
    Map<String, String> tags = new HashMap<>();
    for (Object tag : Json.list(span, "tags")) {
      tags.put(text(tag, "key"), text(tag, "value"));
    }
    return new Span(
        text(span, "traceID"),
        text(span, "spanID"),
        parent,
        text(span, "operationName"),
        text(trace, "processes", text(span, "processID"), "serviceName"),
        tags);
  }

  private static String text(@Nullable Object json, String... keys) {
    return String.valueOf(Json.at(json, keys));
  }
}
