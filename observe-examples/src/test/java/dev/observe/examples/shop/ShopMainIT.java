/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shop, started as in the README. */
class ShopMainIT {
  private static final Map<String, String> ANY_PORTS =
      Map.of(
          ShopSettings.SHOP_PORT, "0",
          ShopSettings.STOCK_PORT, "0",
          ShopSettings.SHOP_METRICS_PORT, "0",
          ShopSettings.STOCK_METRICS_PORT, "0",
          ShopSettings.RATE, "20");

  @Test
  void main_printsTreesOverBothServices() {
    Map<String, String> properties = new HashMap<>(ANY_PORTS);
    properties.put(ShopSettings.REQUESTS, String.valueOf(Visitors.ROUND.size()));
    try (ForkedJvm jvm = ForkedJvm.start(Shop.class, properties)) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(withoutStartLog(jvm.output()))
          .startsWith("The shop is open and has visitors.")
          .contains("Traces follow here.")
          .contains("GET /fail (server)  500 ERROR java.lang.IllegalStateException")
          .doesNotContain("\tat ", "SEVERE", "WARN", "\u001b");
      List<String> traces = traces(jvm.output());
      assertThat(traces).hasSize(Visitors.ROUND.size());
      assertThat(traces)
          .filteredOn(trace -> trace.contains("POST /orders"))
          .hasSize(2)
          .allSatisfy(
              trace ->
                  assertThat(trace.strip().lines().map(ShopMainIT::withoutFigures))
                      .containsExactly(
                          "ID",
                          "  shop  POST /orders (server)  201",
                          "  shop    POST (client)  200",
                          "  stock      POST /stock/* (server)  200"));
    }
  }

  @Test
  void main_interrupted_endsCleanly() {
    try (ForkedJvm jvm = ForkedJvm.start(Shop.class, ANY_PORTS)) {
      jvm.awaitOutput("POST /stock/*");

      jvm.interrupt();

      // 128 + SIGTERM: it ended by itself and was not killed.
      assertThat(jvm.awaitExit()).isEqualTo(143);
      assertThat(jvm.output()).doesNotContain("Exception in", "\tat ", "while closing");
    }
  }

  @Test
  void main_portTaken_printsOneLine() {
    try (ForkedJvm first = ForkedJvm.start(Shop.class, ANY_PORTS)) {
      first.awaitOutput("Ctrl-C");
      String port = first.output().replaceAll("(?s).*http://127.0.0.1:(\\d+)/products.*", "$1");
      Map<String, String> properties = new HashMap<>(ANY_PORTS);
      properties.put(ShopSettings.SHOP_PORT, port);

      try (ForkedJvm second = ForkedJvm.start(Shop.class, properties)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(withoutStartLog(second.output()))
            .isEqualTo(
                "port "
                    + port
                    + " for the shop server is taken; choose another with -Dshop.port=PORT, or 0"
                    + " for any\n");
      }
      first.interrupt();
      first.awaitExit();
    }
  }

  /** The lines of each start: that of a filter, which WarIT tests, and those of the live page. */
  private static String withoutStartLog(String output) {
    return output.replaceAll(
        "(?m)^.* dev\\.observe\\.\\S+\\.(StartLog started|InfoPages announceLive)\\RINFO: .*\\R|^The"
            + " live page of service .*\\R",
        "");
  }

  private static List<String> traces(String output) {
    return Arrays.stream(output.split("(?m)^trace ")).skip(1).toList();
  }

  private static String withoutFigures(String line) {
    return line.replaceFirst("^[0-9a-f]{32}$", "ID").replaceFirst(" +[0-9.]+ (µs|us|ms|s)", "");
  }
}
