/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
  private static final URI BOUND = URI.create("http://127.0.0.1:2112/metrics");
  private static final String OWN =
      "[{\"targets\":[\"127.0.0.1:2112\"],\"labels\":{\"__metrics_path__\":\"/metrics\","
          + "\"__scheme__\":\"http\",\"service_name\":\"shop\"}}]\n";

  @TempDir private Path folder;

  private static Discovery discovery(Map<String, String> settings) {
    return new Discovery("shop", DiscoverySettings.of(Settings.of(settings)));
  }

  private static String text(Discovery discovery) {
    return discovery.respond(List.of()).body();
  }

  @Test
  void page_beforeTheStart_isAnEmptyList() {
    assertThat(text(discovery(Map.of()))).isEqualTo("[]\n");
  }

  @Test
  void page_started_hasItsTarget() {
    Discovery discovery = discovery(Map.of());

    discovery.publish(BOUND);

    assertThat(text(discovery)).isEqualTo(OWN);
  }

  @Test
  void page_fleet_hasItsTargetsToo() {
    Discovery discovery = discovery(Map.of("observe.discovery.fleet", "a:1, [::1]:2112"));

    discovery.publish(BOUND);

    assertThat(text(discovery))
        .isEqualTo(OWN.replace("]\n", ",{\"targets\":[\"a:1\",\"[::1]:2112\"],\"labels\":{}}]\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, http://127.0.0.1:2112/metrics, shop.example:2112",
    "shop.example:80, http://127.0.0.1:2112/metrics, shop.example:80",
    "[::1], https://0.0.0.0:2112/metrics, [::1]:2112"
  })
  void address_set_replacesTheBoundOne(String set, URI bound, String expected) {
    Discovery discovery = discovery(Map.of("observe.discovery.address", set));

    discovery.publish(bound);

    assertThat(text(discovery))
        .contains("\"" + expected + "\"")
        .contains("\"__scheme__\":\"" + bound.getScheme() + "\"");
  }

  @Test
  void address_wildcard_isTheHostName() {
    Discovery discovery = discovery(Map.of());

    discovery.publish(URI.create("http://0.0.0.0:2112/metrics"));

    assertThat(text(discovery)).contains("\"" + Discovery.hostName() + ":2112\"");
  }

  @Test
  void file_afterClose_isRemoved() throws IOException {
    Path file = folder.resolve("shop.json");
    Discovery discovery = discovery(Map.of("observe.discovery.file", file.toString()));
    assertThat(file).doesNotExist();

    discovery.publish(BOUND);
    assertThat(file).hasContent(OWN.strip());

    discovery.close();
    discovery.close();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /** The next version of the application may start before this one ends. */
  @Test
  void close_fileOfAnotherProcess_isKept() throws IOException {
    Path file = folder.resolve("shop.json");
    Discovery discovery = discovery(Map.of("observe.discovery.file", file.toString()));
    discovery.publish(BOUND);
    Files.writeString(file, "[]");

    discovery.close();

    assertThat(file).hasContent("[]");
  }

  @Test
  void file_folderMissing_namesTheFix() {
    Path file = folder.resolve("missing").resolve("shop.json");
    Discovery discovery = discovery(Map.of("observe.discovery.file", file.toString()));

    assertThatThrownBy(() -> discovery.publish(BOUND))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(
            "observe.discovery.file must be a file in a writable folder, was '" + file + "' (")
        .hasMessageEndingWith("); create the folder, or set another file");
  }

  @Test
  void settings_invalid_nameRuleValueAndFix() {
    assertThatThrownBy(() -> discovery(Map.of("observe.discovery.address", "a b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.discovery.address must be host or host:port, was 'a b' (from code); put an"
                + " IPv6 address into brackets");
    assertThatThrownBy(() -> discovery(Map.of("observe.discovery.fleet", "a:1,b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.discovery.fleet must be host:port, or several separated by commas, was"
                + " 'a:1,b' (from code); for example shop-1:2112,shop-2:2112");
    assertThatThrownBy(() -> discovery(Map.of("observe.discovery.file", "/tmp/shop.yml")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.discovery.file must be a file whose name ends in .json, was '/tmp/shop.yml'"
                + " (from code); Prometheus takes the format from the extension");
  }
}
