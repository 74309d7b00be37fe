/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real Jaeger all-in-one on its standard ports, as its two generations differ in the options for
 * other ports. So one runs at a time, whichever JVM starts it.
 *
 * <p>Without {@code jaeger} or {@code jaeger-all-in-one} on the {@code PATH} the test is skipped,
 * in CI too: no package installs it there.
 */
public final class RealJaeger implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final FileChannel lock;
  private final Daemon daemon;
  private final JsonClient client;

  private RealJaeger(FileChannel lock, Daemon daemon, JsonClient client) {
    this.lock = lock;
    this.daemon = daemon;
    this.client = client;
  }

  /** A span of the query API; {@code parentSpanId} is empty for a root. */
  public record Span(
      String traceId,
      String spanId,
      String parentSpanId,
      String name,
      String service,
      Map<String, String> tags) {}

  /** Starts a Jaeger. */
  public static RealJaeger start() {
    Path program = Tools.findOrSkip("jaeger", "jaeger-all-in-one");
    FileChannel lock = lock();
    Daemon daemon = Daemon.start(Daemon.newFolder(), List.of(program.toString()));
    JsonClient client = new JsonClient(URI.create("http://127.0.0.1:16686"));
    try {
      await()
          .atMost(TIMEOUT)
          .until(() -> !daemon.log().isEmpty() && client.isReady("/api/services"));
      return new RealJaeger(lock, daemon, client);
    } catch (RuntimeException e) {
      daemon.close();
      unlock(lock);
      throw e;
    }
  }

  private static FileChannel lock() {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "observe-jaeger.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unlock(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the base endpoint, for {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  public String endpoint() {
    return "http://127.0.0.1:4318";
  }

  /** Returns the spans of every trace that contains the service. */
  public List<Span> spans(String service) {
    return spansOf(
        client.get(
            "/api/traces?limit=1000&service="
                + URLEncoder.encode(service, StandardCharsets.UTF_8)));
  }

  /** Waits until the spans of the service match. */
  public List<Span> awaitSpans(String service, Predicate<List<Span>> condition) {
    return await(service).atMost(TIMEOUT).until(() -> spans(service), condition);
  }

  @Override
  public void close() {
    daemon.close();
    unlock(lock);
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
