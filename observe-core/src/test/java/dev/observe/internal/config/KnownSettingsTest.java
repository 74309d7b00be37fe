/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.KnownSettings.KnownSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of settings is what the code reads and what the documentation shows. */
class KnownSettingsTest {
  private static final Path DOC = Path.of("../docs/settings.md");
  private static final String BEGIN = "<!-- begin: written by KnownSettingsTest -->\n";
  private static final String END = "<!-- end -->";
  private static final String HEAD =
      "| property | environment variable | default | what it is |\n|---|---|---|---|\n";
  private static final Pattern NAME = Pattern.compile("\"((?:observe|otel)\\.[a-z0-9.-]*[a-z])\"");

  private static List<String> names() {
    return KnownSettings.ALL.stream().map(KnownSetting::name).toList();
  }

  @Test
  void all_eachNameAndVariableOnce() {
    assertThat(names()).doesNotHaveDuplicates();
    assertThat(names().stream().map(Settings::environmentName)).doesNotHaveDuplicates();
  }

  /** A setting that somebody adds to the code, and not to the list, would be called unknown. */
  @ParameterizedTest
  @ValueSource(strings = {"src/main/java", "../observe-servlet/src/main/java"})
  void all_holdsEveryNameInTheCode(String sources) throws IOException {
    Set<String> inCode = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(sources))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("KnownSettings.java"))
          .forEach(file -> addNames(file, inCode));
    }

    assertThat(inCode).isNotEmpty();
    assertThat(names()).containsAll(inCode);
  }

  private static void addNames(Path file, Set<String> names) {
    try {
      Matcher name = NAME.matcher(Files.readString(file));
      while (name.find()) {
        // The name of the file is no setting.
        if (!name.group(1).endsWith(".properties")) {
          names.add(name.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void all_defaultsAreThoseThatTracingGives() {
    TracingSettings.defaults()
        .forEach(
            (name, value) ->
                assertThat(KnownSettings.ALL)
                    .filteredOn(known -> known.name().equals(name))
                    .extracting(KnownSetting::defaultValue)
                    .containsExactly(value));
  }

  @Test
  void doc_listsThemAll() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    String table = HEAD + String.join("", KnownSettings.ALL.stream().map(this::row).toList());
    if (Boolean.getBoolean("docs.write")) {
      doc = doc.substring(0, begin) + table + doc.substring(doc.indexOf(END));
      Files.writeString(DOC, doc);
    }

    assertThat(doc.substring(begin, doc.indexOf(END)))
        .as("run with -Ddocs.write=true to write it anew")
        .isEqualTo(table);
  }

  private String row(KnownSetting known) {
    boolean prose = known.defaultValue().isEmpty() || known.defaultValue().contains(" ");
    String shown = prose ? known.defaultValue() : "`" + known.defaultValue() + "`";
    return "| `%s` | `%s` | %s | %s |\n"
        .formatted(known.name(), Settings.environmentName(known.name()), shown, known.meaning());
  }
}
