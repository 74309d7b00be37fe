/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table, and the format of its numbers. */
final class Table {
  private final StringBuilder text = new StringBuilder();

  Table(String... heads) {
    row(List.of(heads));
    row(List.of(heads).stream().map(head -> "---").toList());
  }

  Table row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    return this;
  }

  Table row(String... cells) {
    return row(new ArrayList<>(List.of(cells)));
  }

  static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    String format = Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }

  static String time(Measured measured) {
    return Double.isNaN(measured.median())
        ? ""
        : number(measured.median())
            + " ("
            + number(measured.min())
            + "–"
            + number(measured.max())
            + ")";
  }

  static String bytes(Measured measured) {
    return Double.isNaN(measured.bytes())
        ? ""
        : String.format(Locale.ROOT, "%,d", Math.round(measured.bytes()));
  }

  /** Returns a ratio; empty if one of the two values is missing. */
  static String ratio(double value, double of) {
    return Double.isNaN(value) || Double.isNaN(of) ? "" : number(value / of);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
