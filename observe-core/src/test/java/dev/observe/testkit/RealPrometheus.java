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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus on a free loopback port that scrapes pages every second.
 *
 * <p>Without {@code prometheus} on the {@code PATH} the test is skipped, see {@link Tools#require}.
 */
public final class RealPrometheus implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("\"Listening on\" address=(127\\.0\\.0\\.1:\\d+)");

  private final Daemon daemon;
  private final JsonClient client;

  private RealPrometheus(Daemon daemon, JsonClient client) {
    this.daemon = daemon;
    this.client = client;
  }

  /** One element of an instant vector; the metric name is the label {@code __name__}. */
  public record Sample(Map<String, String> labels, double value) {
    /** Returns the value of a label, or an empty text. */
    public String label(String name) {
      return labels.getOrDefault(name, "");
    }
  }

  /** Starts a Prometheus that scrapes {@code /metrics} of each page's host and port. */
  public static RealPrometheus scraping(URI... pages) {
    return start(job("test", "", pages));
  }

  /**
   * Returns a job that scrapes {@code /metrics} of each page's host and port.
   *
   * @param options further lines of the job, in YAML
   */
  public static String job(String name, String options, URI... pages) {
    String targets =
        Stream.of(pages)
            .map(page -> "'" + page.getHost() + ":" + page.getPort() + "'")
            .collect(Collectors.joining(", "));
    return """
        - job_name: %s
          static_configs:
            - targets: [%s]
        """
            .formatted(name, targets)
        + options.indent(2);
  }

  /** Starts a Prometheus with these jobs. */
  public static RealPrometheus start(String... jobs) {
    return start(List.of(), jobs);
  }

  /**
   * Starts a Prometheus with these jobs.
   *
   * @param options further command line options
   */
  public static RealPrometheus start(List<String> options, String... jobs) {
    Path program = Tools.require("prometheus");
    Path folder = Daemon.newFolder();
    try {
      Files.writeString(
          folder.resolve("prometheus.yml"),
          """
          global:
            scrape_interval: 1s
            scrape_timeout: 1s
          scrape_configs:
          """
              + String.join("", jobs).indent(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            program.toString(),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            // Prometheus binds a free port and logs it, so no other process can take the port
            // first.
            "--web.listen-address=127.0.0.1:0"));
    command.addAll(options);
    Daemon daemon = Daemon.start(folder, command);
    try {
      String address = await().atMost(TIMEOUT).until(() -> address(daemon), a -> !a.isEmpty());
      JsonClient client = new JsonClient(URI.create("http://" + address));
      await().atMost(TIMEOUT).until(() -> client.isReady("/-/ready"));
      return new RealPrometheus(daemon, client);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  /** Evaluates an expression now. */
  public List<Sample> query(String promql) {
    Object answer =
        client.get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
    if (!"vector".equals(Json.at(answer, "data", "resultType"))) {
      throw new IllegalArgumentException("promql must give a vector, was " + promql);
    }
    return Json.list(answer, "data", "result").stream().map(RealPrometheus::sample).toList();
  }

  /** Returns the labels and the value of each exemplar of the last minutes. */
  public List<Sample> exemplars(String promql) {
    Instant now = Instant.now();
    Object answer =
        client.get(
            "/api/v1/query_exemplars?query="
                + URLEncoder.encode(promql, StandardCharsets.UTF_8)
                + "&start="
                + now.minusSeconds(300).getEpochSecond()
                + "&end="
                + now.plusSeconds(10).getEpochSecond());
    List<Sample> all = new ArrayList<>();
    for (Object series : Json.list(answer, "data")) {
      for (Object exemplar : Json.list(series, "exemplars")) {
        Map<String, String> labels = new TreeMap<>();
        if (Json.at(exemplar, "labels") instanceof Map<?, ?> given) {
          given.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
        }
        all.add(new Sample(labels, Double.parseDouble(String.valueOf(Json.at(exemplar, "value")))));
      }
    }
    return all;
  }

  /** Evaluates an expression until it has a result. */
  public List<Sample> awaitQuery(String promql) {
    return awaitQuery(promql, samples -> !samples.isEmpty());
  }

  /** Evaluates an expression until its result matches. */
  public List<Sample> awaitQuery(String promql, Predicate<List<Sample>> condition) {
    return await(promql)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> query(promql), condition);
  }

  @Override
  public void close() {
    daemon.close();
  }

  private static String address(Daemon daemon) {
    Matcher matcher = LISTENING.matcher(daemon.log());
    return matcher.find() ? matcher.group(1) : "";
  }

  private static Sample sample(@Nullable Object json) {
    Map<String, String> labels = new TreeMap<>();
    if (Json.at(json, "metric") instanceof Map<?, ?> metric) {
      metric.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
    }
    // [time, "value"]: a string, as JSON has no NaN and +Inf.
    String value = String.valueOf(Json.list(json, "value").get(1));
    return new Sample(labels, value.equals("+Inf") ? Double.POSITIVE_INFINITY : number(value));
  }

  private static double number(String value) {
    return value.equals("-Inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(value);
  }
}
