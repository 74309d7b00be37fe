/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ToolsTest {
  @Test
  void run_returnsExitCodeAndOutputOfBothStreams() {
    Tools.Result result =
        Tools.run("hello", List.of("sh", "-c", "cat; echo ' and more' >&2; exit 3"));

    assertThat(result).isEqualTo(new Tools.Result(3, "hello and more\n"));
  }

  @Test
  void require_installed_returnsThePath() {
    assertThat(Tools.require("sh")).isExecutable();
  }

  /** In CI a missing program fails the test. */
  @Test
  void require_missing_skipsOrFails() {
    assertThatThrownBy(() -> Tools.require("no-such-program"))
        .isInstanceOf(
            "true".equals(System.getenv("CI")) ? AssertionError.class : TestAbortedException.class)
        .hasMessageContaining("no-such-program is not on the PATH");
  }

  @Test
  void require_anyOfTwoNames_returnsThePathOfTheInstalledOne() {
    assertThat(Tools.require("no-such-program", "sh")).isEqualTo(Tools.require("sh"));
  }

  @Test
  void findOrSkip_missing_skipsWithTheNames() {
    assertThatThrownBy(() -> Tools.findOrSkip("no-such-program", "nor-this"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("no-such-program or nor-this is not on the PATH; install it");
  }
}
