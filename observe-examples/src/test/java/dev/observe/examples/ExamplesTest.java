/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The runner, the packages and the table in the README name the same examples. */
class ExamplesTest {
  private static final Path PACKAGES = Path.of("src/main/java/dev/observe/examples");
  private static final Set<String> NO_EXAMPLES = Set.of("quickstart", "support");
  private static final int MAX_LINES = 400;

  @Test
  void packages_areTheRunnersExamples() throws IOException {
    try (Stream<Path> packages = Files.list(PACKAGES)) {
      assertThat(packages.filter(Files::isDirectory).map(path -> path.getFileName().toString()))
          .filteredOn(name -> !NO_EXAMPLES.contains(name))
          .containsExactlyInAnyOrderElementsOf(Examples.MAINS.keySet());
    }
  }

  @Test
  void readme_table_hasTheCommandOfEachExample() throws IOException {
    Set<String> commands =
        Pattern.compile("`mvn -q test-compile exec:java(?: -Dexample=(\\w+))?` \\|")
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(found -> found.group(1) == null ? "shop" : found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(commands).isEqualTo(Examples.MAINS.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void example_sources_areShort(String name) throws IOException {
    long lines = 0;
    for (Path source : sources(name)) {
      lines +=
          Files.readString(source).lines().map(String::strip).filter(ExamplesTest::isCode).count();
    }

    assertThat(lines).isPositive().isLessThanOrEqualTo(MAX_LINES);
  }

  @ParameterizedTest
  @MethodSource("names")
  void example_imports_arePublicApi(String name) throws IOException {
    for (Path source : sources(name)) {
      assertThat(Files.readString(source)).as(source.toString()).doesNotContain(".internal.");
    }
  }

  /** Returns whether a line is neither blank nor an import or a comment. */
  private static boolean isCode(String line) {
    return !line.isEmpty() && !line.matches("(import|package|//|/?\\*).*");
  }

  static Set<String> names() {
    return Examples.MAINS.keySet();
  }

  private static List<Path> sources(String name) throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGES.resolve(name))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
