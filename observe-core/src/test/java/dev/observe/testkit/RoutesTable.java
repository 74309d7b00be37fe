/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of frameworks in {@code docs/routes.md}: each test of a framework checks its row, or
 * writes it with {@code -Ddocs.write=true}.
 */
public final class RoutesTable {
  private static final String BEGIN = "| framework |";

  private RoutesTable() {}

  /**
   * Checks or writes the row of a framework that needs no code.
   *
   * @param framework its name, with a version only if the table has several
   * @param version the tested version
   * @param names the names of the spans by the targets of the requests
   */
  public static void check(String framework, String version, Map<String, String> names)
      throws IOException {
    check(framework, version, "nothing", names);
  }

  /**
   * Checks or writes the row of a framework that needs a line of code, which must be in the source
   * of the test.
   */
  public static void check(
      Class<?> test, String framework, String version, String line, Map<String, String> names)
      throws IOException {
    assertThat(source(test)).contains(compact(line));
    check(framework, version, '`' + line + '`', names);
  }

  /** Checks that a block of code of the page, which has a text in it, is in the test's source. */
  public static void checkSnippet(Class<?> test, String text) throws IOException {
    Matcher blocks = Pattern.compile("(?s)```java\\n(.*?)```").matcher(Files.readString(page()));
    List<String> found =
        blocks.results().map(block -> block.group(1)).filter(code -> code.contains(text)).toList();
    assertThat(found).hasSize(1);
    assertThat(source(test)).contains(compact(found.get(0)));
  }

  private static void check(
      String framework, String version, String needs, Map<String, String> names)
      throws IOException {
    String requests =
        names.entrySet().stream()
            .map(entry -> '`' + entry.getKey() + "`: `" + entry.getValue() + '`')
            .collect(Collectors.joining("<br>"));
    String row = "| " + String.join(" | ", framework, version, needs, requests) + " |";
    Path page = page();
    if (Boolean.getBoolean("docs.write")) {
      write(page, framework, row);
    }
    assertThat(Files.readAllLines(page, UTF_8)).as(page + ", see -Ddocs.write=true").contains(row);
  }

  private static void write(Path page, String framework, String row) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(page, UTF_8));
    lines.removeIf(line -> line.startsWith("| " + framework + " |"));
    int begin = 0;
    while (!lines.get(begin).startsWith(BEGIN)) {
      begin++;
    }
    int position = begin + 2;
    while (position < lines.size()
        && lines.get(position).startsWith("|")
        && lines.get(position).compareToIgnoreCase(row) < 0) {
      position++;
    }
    lines.add(position, row);
    Files.write(page, lines, UTF_8);
  }

  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/architecture.md"))) {
      folder = requireNonNull(folder.getParent());
    }
    return folder.resolve("docs/routes.md");
  }

  private static String source(Class<?> test) throws IOException {
    // Modules may share the source of a test, which is then beside them.
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      Path file =
          files
              .filter(path -> path.endsWith(test.getName().replace('.', '/') + ".java"))
              .findFirst()
              .orElseThrow();
      return compact(Files.readString(file).replaceAll("(?m)^ *// .*$", ""));
    }
  }

  private static String compact(String code) {
    return code.replaceAll("\\s", "");
  }
}
