/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.util.SettingNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of settings is documented and is the only place in the code that names settings. */
class SettingTest {
  private static final Path DOC = Path.of("../docs/settings.md");
  private static final String BEGIN = "<!-- begin: written by SettingTest -->\n";
  private static final String END = "<!-- end -->";
  private static final String HEAD =
      "| property | environment variable | default | description |\n|---|---|---|---|\n";

  private static final Path CORE = Path.of("src/main/java");
  private static final Path SERVLET = Path.of("../observe-servlet/src/main/java");
  private static final String TABLE = "Setting.java";

  private static final Pattern LITERAL = Pattern.compile("\"(observe\\.[a-z0-9._-]*)\"");

  /** Attributes of spans, and the file. */
  private static final Set<String> OTHER_NAMES =
      Set.of(
          "observe.http.server.time_to_first_byte",
          "observe.http.server.cpu_time",
          "observe.http.server.allocated_memory",
          ConfigFile.RESOURCE);

  private static List<String> names() {
    return Setting.all().stream().map(Setting::name).toList();
  }

  private static Stream<Setting<?>> withDefault() {
    return Setting.all().stream().filter(setting -> setting.defaultText() != null);
  }

  /** Returns the groups of all matches in the main sources other than the table. */
  private static Set<String> inSources(Pattern pattern) throws IOException {
    Set<String> found = new LinkedHashSet<>();
    for (Path sources : List.of(CORE, SERVLET)) {
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (!file.endsWith(TABLE)) {
            pattern
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult match) -> match.group(1))
                .forEach(found::add);
          }
        }
      }
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  @Test
  void all_namesAndVariablesAndShortKeysAreUnique() {
    assertThat(names()).doesNotHaveDuplicates();
    assertThat(Setting.all().stream().map(Setting::name).map(SettingNames::environmentName))
        .doesNotHaveDuplicates();
    assertThat(Setting.all().stream().map(Setting::shortKey).filter(key -> key != null))
        .containsExactlyInAnyOrder("name", "endpoint", "sampler", "batcher", "live");
  }

  @ParameterizedTest
  @MethodSource("withDefault")
  void defaultText_isValid(Setting<?> setting) {
    assertThat(Settings.none().get(setting)).isNotNull();
  }

  @Test
  void isSecret_isTrueForEveryNameThatSoundsSecret() {
    assertThat(Setting.all())
        .filteredOn(setting -> setting.name().matches(".*(password|token|secret|api.?key).*"))
        .isNotEmpty()
        .allMatch(Setting::isSecret);
  }

  /** A name in another class would be a second definition. */
  @Test
  void sources_nameSettingsInTheTableOnly() throws IOException {
    Set<String> literals = inSources(LITERAL);
    literals.removeAll(OTHER_NAMES);
    literals.removeIf(literal -> literal.equals("observe."));

    assertThat(literals).isEmpty();
  }

  /** A use of the name alone sets a setting; a use of the constant reads it. */
  @Test
  void sources_readEverySettingOfObserve() throws IOException {
    Set<String> read = inSources(Pattern.compile("\\bSetting\\.([A-Z_]+)\\b(?!\\.name\\(\\))"));
    String table = Files.readString(CORE.resolve("dev/observe/internal/config").resolve(TABLE));
    Set<String> constants =
        Pattern.compile("> ([A-Z_]+) =\\s+\\w+\\(Section\\.\\w+, \"observe\\.")
            .matcher(table)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    assertThat(constants)
        .hasSize((int) names().stream().filter(name -> name.startsWith("observe.")).count());
    assertThat(read).containsAll(constants);
  }

  @Test
  void doc_listsEverySetting() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    StringBuilder tables = new StringBuilder();
    for (Section section : Section.values()) {
      tables.append("\n## ").append(section.title).append("\n\n").append(HEAD);
      Setting.all().stream()
          .filter(setting -> setting.section == section)
          .forEach(setting -> tables.append(row(setting)));
    }
    tables.append("\n");
    if (Boolean.getBoolean("docs.write")) {
      doc = doc.substring(0, begin) + tables + doc.substring(doc.indexOf(END));
      Files.writeString(DOC, doc);
    }

    assertThat(doc.substring(begin, doc.indexOf(END)))
        .as("run with -Ddocs.write=true to write it")
        .isEqualTo(tables.toString());
  }

  private static String row(Setting<?> setting) {
    String value = setting.defaultText();
    String shown =
        value == null || value.isEmpty() ? setting.documentedDefault() : "`" + value + "`";
    return "| `%s` | `%s` | %s | %s |\n"
        .formatted(
            setting.name(),
            SettingNames.environmentName(setting.name()),
            shown,
            setting.documentation);
  }
}
