/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("observe.properties"), text);
  }

  private Settings settings(String text, Map<String, String> environment, Map<String, String> code)
      throws IOException {
    return Settings.of(Map.of("observe.config.file", write(text).toString()), environment, code);
  }

  private static @Nullable String text(Settings settings, String name) {
    SettingValue found = settings.find(name);
    return found == null ? null : found.value();
  }

  @Test
  void file_besidesOtherSources_isOverridden() throws IOException {
    Settings settings =
        settings(
            "observe.http.exclude=/file\nobserve.mdc=false\notel.propagators=b3\n",
            Map.of("OBSERVE_MDC", "true"),
            Map.of("observe.http.exclude", "/code"));

    assertThat(text(settings, "observe.http.exclude")).isEqualTo("/code");
    assertThat(text(settings, "observe.mdc")).isEqualTo("true");
    assertThat(settings.find("otel.propagators"))
        .isEqualTo(
            new SettingValue(
                "otel.propagators", "b3", "file " + folder.resolve("observe.properties")));
  }

  @Test
  void file_namedByTheEnvironment_isRead() throws IOException {
    Path file = write("observe.mdc=false");

    Settings settings =
        Settings.of(Map.of(), Map.of("OBSERVE_CONFIG_FILE", file.toString()), Map.of());

    assertThat(text(settings, "observe.mdc")).isEqualTo("false");
  }

  @Test
  void file_onTheClassPath_isRead() throws IOException {
    write("name=Schöne Läden");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertThat(ConfigFile.find(null, loader).values())
          .isEqualTo(Map.of("otel.service.name", "Schöne Läden"));
    }
    assertThat(ConfigFile.find(null, new URLClassLoader(new URL[0], null)))
        .isEqualTo(ConfigFile.NONE);
  }

  @Test
  void shortKeys_setSettings() throws IOException {
    Settings settings =
        settings(
            "name=shop\nendpoint=http://collector:4318\nsampler=0.5\nbatcher=otlpgrpc\n",
            Map.of(),
            Map.of());

    assertThat(text(settings, "otel.service.name")).isEqualTo("shop");
    assertThat(text(settings, "otel.exporter.otlp.endpoint")).isEqualTo("http://collector:4318");
    assertThat(text(settings, "otel.traces.sampler")).isEqualTo("parentbased_traceidratio");
    assertThat(text(settings, "otel.traces.sampler.arg")).isEqualTo("0.5");
    assertThat(text(settings, "otel.traces.exporter")).isEqualTo("otlp");
    assertThat(text(settings, "otel.exporter.otlp.protocol")).isEqualTo("grpc");
  }

  @Test
  void shortKey_besidesTheFullName_isIgnored() throws IOException {
    Settings settings =
        settings("name=short\notel.service.name=long\nsampler=always_off\n", Map.of(), Map.of());

    assertThat(text(settings, "otel.service.name")).isEqualTo("long");
    assertThat(text(settings, "otel.traces.sampler")).isEqualTo("always_off");
  }

  @ParameterizedTest
  @CsvSource({
    "observe.mdk, observe.mdc",
    "otel.service.nam, otel.service.name",
    "otel.traces.samplr, otel.traces.sampler",
    "observe.http.excludes, observe.http.exclude"
  })
  void unknownKey_isRejectedWithTheNearest(String key, String nearest) throws IOException {
    Path file = write(key + "=x");

    assertThatThrownBy(
            () -> Settings.of(Map.of("observe.config.file", "" + file), Map.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Nothing reads '" + key + "' (from file " + file + "); is it " + nearest + "?");
  }

  /** Extensions of OpenTelemetry have settings that the table cannot list. */
  @Test
  void otherOpenTelemetrySetting_isAccepted() throws IOException {
    Settings settings = settings("otel.java.global-autoconfigure.enabled=x", Map.of(), Map.of());

    assertThat(text(settings, "otel.java.global-autoconfigure.enabled")).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "sampler, 1.5, must be a number from 0 to 1 or the name of a sampler",
    "batcher, zipkin, 'must be one of otlphttp, otlpgrpc, jaeger, console, none'"
  })
  void shortKey_notValid_namesTheRule(String key, String value, String rule) throws IOException {
    Path file = write(key + "=" + value);

    assertThatThrownBy(
            () -> Settings.of(Map.of("observe.config.file", "" + file), Map.of(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(key + " " + rule + ", was '" + value + "' (from file " + file + ")");
  }

  @Test
  void missingFile_namesTheSourceOfItsName() {
    assertThatThrownBy(
            () -> Settings.of(Map.of(), Map.of("OBSERVE_CONFIG_FILE", "/no/such/file"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.config.file must be a file that can be read, was '/no/such/file' (from"
                + " environment variable OBSERVE_CONFIG_FILE);"
                + " java.nio.file.NoSuchFileException: /no/such/file");
  }
}
