/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import java.util.List;

/** Checks metrics pages with promtool and with the strict OpenMetrics parser. */
public final class PageCheckers {
  /** Debian's Python has the parser; another one on the PATH may not. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final String PARSE =
      "import sys; from prometheus_client.openmetrics import parser;"
          + " list(parser.text_string_to_metric_families(sys.stdin.buffer.read().decode('utf-8')))";

  private PageCheckers() {}

  /** Returns the complaints of {@code promtool check metrics} about a page in text format. */
  public static String promtool(String page) {
    String promtool = Tools.require("promtool").toString();
    Tools.Result result = Tools.run(page, List.of(promtool, "check", "metrics"));
    return result.exitCode() == 0
        ? result.output()
        : "exit code " + result.exitCode() + ": " + result.output();
  }

  /** Returns the complaints of the strict parser about a page in OpenMetrics format. */
  public static String strictParser(String page) {
    Tools.requireThat(
        Tools.run("", List.of(PYTHON, "-c", "import prometheus_client.openmetrics")).exitCode()
            == 0,
        "python3-prometheus-client is not installed for " + PYTHON);
    return Tools.run(page, List.of(PYTHON, "-c", PARSE)).output();
  }
}
