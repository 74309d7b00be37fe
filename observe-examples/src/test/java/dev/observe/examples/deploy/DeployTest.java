/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.Tools;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files of {@code deploy/} are valid for Prometheus and Docker Compose. */
class DeployTest {
  private static final Path FOLDER = Path.of("deploy").toAbsolutePath();

  @Test
  void prometheusConfiguration_isValid() {
    String promtool = Tools.require("promtool").toString();

    Tools.Result result =
        Tools.run(
            "", List.of(promtool, "check", "config", FOLDER.resolve("prometheus.yml").toString()));

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("SUCCESS");
  }

  @Test
  void compose_isValid() {
    String compose = Tools.require("docker-compose").toString();

    Tools.Result result =
        Tools.run(
            "",
            List.of(
                compose, "--file", FOLDER.resolve("compose.yaml").toString(), "config", "--quiet"));

    assertThat(result).isEqualTo(new Tools.Result(0, ""));
  }
}
