/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the measured value of a row with its target. */
final class Verdict {
  private static final Pattern ROW =
      Pattern.compile(
          "\\| .* \\| (at most|at least|under) ([0-9.,]+) \\| (-?[0-9.,]+|)(?: .*)?\\|");

  private Verdict() {}

  /** Returns the row with one more cell: met or missed. */
  static String added(String row) {
    Matcher matcher = ROW.matcher(row);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("row must have a target and a value, was " + row);
    }
    if (matcher.group(3).isEmpty()) {
      return row + " not measured |";
    }
    double target = number(matcher.group(2));
    double measured = number(matcher.group(3));
    boolean met =
        switch (matcher.group(1)) {
          case "at most" -> measured <= target;
          case "at least" -> measured >= target;
          default -> measured < target;
        };
    return row + (met ? " met |" : " **missed** |");
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace(",", ""));
  }
}
