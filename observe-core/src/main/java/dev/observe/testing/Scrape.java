/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import dev.observe.Metrics;
import dev.observe.internal.exposition.PageOwner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Parses the values of a page from its text, like a scraper. */
final class Scrape {
  private final String line;
  private int at;

  private Scrape(String line) {
    this.line = line;
  }

  /** Returns the current values of the page, in its order. */
  static Map<Sample, Double> of(Metrics metrics) {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      PageOwner.pageOf(metrics.openTelemetry()).write(page, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parse(page.toString(StandardCharsets.UTF_8));
  }

  static Map<Sample, Double> parse(String page) {
    Map<Sample, Double> values = new LinkedHashMap<>();
    page.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> new Scrape(line).readTo(values));
    return values;
  }

  private void readTo(Map<Sample, Double> values) {
    String name = upTo("{ ");
    Map<String, String> labels = new TreeMap<>();
    if (line.charAt(at) == '{') {
      at++;
      while (line.charAt(at) != '}') {
        String label = upTo("=");
        // Skips = and the quotation mark.
        at += 2;
        labels.put(label, value());
        if (line.charAt(at) == ',') {
          at++;
        }
      }
      at++;
    }
    at++;
    values.put(new Sample(name, labels), number(upTo(" ")));
  }

  private String upTo(String ends) {
    int start = at;
    while (at < line.length() && ends.indexOf(line.charAt(at)) < 0) {
      at++;
    }
    return line.substring(start, at);
  }

  /** Reads up to and including the closing quotation mark. */
  private String value() {
    StringBuilder value = new StringBuilder();
    while (line.charAt(at) != '"') {
      char next = line.charAt(at++);
      if (next == '\\') {
        char escaped = line.charAt(at++);
        value.append(escaped == 'n' ? '\n' : escaped);
      } else {
        value.append(next);
      }
    }
    at++;
    return value.toString();
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
