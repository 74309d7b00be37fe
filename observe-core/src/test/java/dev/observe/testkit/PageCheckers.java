/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import java.util.List;

/** Those who read pages of metrics and complain: Prometheus' own checker and a strict parser. */
public final class PageCheckers {
  /** Debian's, which has the parser: another Python on the path has not. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final String PARSE =
      "import sys; from prometheus_client.openmetrics import parser;"
          + " list(parser.text_string_to_metric_families(sys.stdin.buffer.read().decode('utf-8')))";

  private PageCheckers() {}

  /** Returns what {@code promtool check metrics} says of a page in text format; empty for none. */
  public static String promtool(String page) {
    String promtool = Tools.require("promtool").toString();
    Tools.Result result = Tools.run(page, List.of(promtool, "check", "metrics"));
    return result.exitCode() == 0
        ? result.output()
        : "exit code " + result.exitCode() + ": " + result.output();
  }

  /** Returns what the strict OpenMetrics parser says of a page in that format; empty for none. */
  public static String strictParser(String page) {
    Tools.requireThat(
        Tools.run("", List.of(PYTHON, "-c", "import prometheus_client.openmetrics")).exitCode()
            == 0,
        "python3-prometheus-client is not installed for " + PYTHON);
    return Tools.run(page, List.of(PYTHON, "-c", PARSE)).output();
  }
}
