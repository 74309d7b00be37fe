/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Settings;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildInfoTest {
  @TempDir private Path folder;

  private BuildInfo find(String stamp, Map<String, String> settings) throws IOException {
    Path file = folder.resolve(BuildInfo.RESOURCE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, stamp);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      return BuildInfo.find(Settings.of(settings), loader);
    }
  }

  @Test
  void find_resource_isRead() throws IOException {
    assertThat(find("version=1.2.3\ndate=2026-11-21T08:00:00Z\nrevision=abc123\n", Map.of()))
        .isEqualTo(new BuildInfo("1.2.3", "2026-11-21T08:00:00Z", "abc123"));
  }

  @Test
  void find_unfilteredResource_isEmpty() throws IOException {
    assertThat(find("version=${project.version}\nrevision=\n", Map.of()))
        .isEqualTo(new BuildInfo(null, null, null));
  }

  @Test
  void find_settings_overrideTheResource() throws IOException {
    assertThat(find("version=1.2.3\nrevision=abc\n", Map.of("observe.build.version", "9")))
        .isEqualTo(new BuildInfo("9", null, "abc"));
  }

  @Test
  void find_noResource_isEmpty() {
    ClassLoader empty = new URLClassLoader(new URL[0], null);

    assertThat(BuildInfo.find(Settings.of(Map.of()), empty))
        .isEqualTo(new BuildInfo(null, null, null));
  }

  @Test
  void page_hasBuildAndUptime() {
    Instant start = Instant.parse("2026-11-21T08:00:00Z");
    VersionPage page =
        new VersionPage(
            "shop",
            "1.2.3",
            new BuildInfo("1.2.3", "2026-11-20", null),
            start,
            () -> start.plusMillis(90_500));

    assertThat(page.respond(List.of()).body())
        .startsWith(
            "{\"service\":\"shop\",\"version\":\"1.2.3\",\"buildDate\":\"2026-11-20\","
                + "\"revision\":null,\"startTime\":\"2026-11-21T08:00:00Z\","
                + "\"uptimeSeconds\":90.5,\"java\":\"");
  }
}
