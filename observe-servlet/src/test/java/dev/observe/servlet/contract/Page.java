/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import dev.observe.Metrics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The request metrics of a scrape, parsed line by line. */
final class Page {
  private static final String REQUESTS = "http_server_requests_total{";
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final String text;
  private final String openMetrics;
  private final List<Map<String, String>> series = new ArrayList<>();
  private double total;

  private Page(String text, String openMetrics) {
    this.text = text;
    this.openMetrics = openMetrics;
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(REQUESTS)) {
        int end = line.lastIndexOf("} ");
        series.add(labels(line.substring(REQUESTS.length(), end)));
        total += Double.parseDouble(line.substring(end + 2));
      }
    }
  }

  static Page of(Metrics metrics) throws IOException, InterruptedException {
    return new Page(
        get(metrics, "text/plain"), get(metrics, "application/openmetrics-text;version=1.0.0"));
  }

  private static String get(Metrics metrics, String format)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(metrics.uri()).header("Accept", format).build();
    return CLIENT.send(request, BodyHandlers.ofString()).body();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(text);
    int position = 0;
    while (label.find() && label.start() == position) {
      labels.put(label.group(1), label.group(2));
      position = label.end();
    }
    if (position != text.length()) {
      throw new AssertionError("not a list of labels: " + text);
    }
    return labels;
  }

  String text() {
    return text;
  }

  String openMetrics() {
    return openMetrics;
  }

  /** Returns the number of series of the request counter. */
  int series() {
    return series.size();
  }

  /** Returns the number of counted requests. */
  double total() {
    return total;
  }

  /** Returns the values of a label of the request counter. */
  Set<String> values(String label) {
    Set<String> values = new TreeSet<>();
    series.forEach(labels -> values.add(labels.get(label)));
    return values;
  }

  /** Returns the number of requests that a label's limit moved to the overflow series. */
  double overflow(String label) {
    String sample =
        "observe_series_overflow_total{label=\""
            + label
            + "\",metric=\"http_server_request_duration_seconds\"} ";
    int start = text.indexOf("\n" + sample) + 1 + sample.length();
    return Double.parseDouble(text.substring(start, text.indexOf('\n', start)));
  }
}
