/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.exposition.MetricsPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the page with promtool and with the strict OpenMetrics parser. */
class StrictParsersTest {
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  @TempDir private Path directory;

  /** Returns the page of the second scrape, which has all metrics of a page. */
  private Path page(String... headers) throws Exception {
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page =
            MetricsPage.create(
                Content.registry(), List.of(Content.source(Content.gauge("orders", 1))));
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      Reply.get(endpoint.uri().getPort(), "/metrics", headers);
      Reply reply = Reply.get(endpoint.uri().getPort(), "/metrics", headers);
      assertThat(log.lines()).hasSize(1);
      return Files.write(directory.resolve("page"), reply.body());
    }
  }

  @Test
  void text_checkedByPromtool_hasNoWarning() throws Exception {
    Command.require(Files.isExecutable(PROMTOOL), "promtool");

    Command check = Command.run(page(), PROMTOOL.toString(), "check", "metrics");

    assertThat(check.output()).isEmpty();
    assertThat(check.exitCode()).isZero();
  }

  @Test
  void openMetrics_readByTheStrictParser_isValid() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    boolean installed =
        Files.isExecutable(PYTHON)
            && Command.run(empty, PYTHON.toString(), "-c", "import prometheus_client.openmetrics")
                    .exitCode()
                == 0;
    Command.require(installed, "python3-prometheus-client");
    String script =
        "import sys; from prometheus_client.openmetrics import parser;"
            + " families = list(parser.text_string_to_metric_families(sys.stdin.read()));"
            + " print('orders' in [f.name for f in families], len(families) > 20)";

    Command check =
        Command.run(
            page("Accept: application/openmetrics-text;version=1.0.0"),
            PYTHON.toString(),
            "-c",
            script);

    assertThat(check.output()).isEqualTo("True True");
  }
}
