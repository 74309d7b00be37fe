/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs in the README are compiled and run in this module. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void readme_program_isTheCompiledOne() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/dev/observe/examples/quickstart/Hello.java"));
    String program = source.substring(source.indexOf("import "));

    assertThat(codeBlock("import ")).isEqualTo(program);
  }

  @Test
  void readme_test_isPartOfTheOneThatRuns() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/observe/examples/quickstart/HelloTest.java"));

    assertThat(source).containsIgnoringWhitespaces(codeBlock("@RegisterExtension"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ObserveFilter.builder", "Order order"})
  void readme_snippet_isCompiled(String beginning) throws IOException {
    assertThat(snippets()).containsIgnoringWhitespaces(withoutComments(codeBlock(beginning)));
  }

  @Test
  void readme_waysToAddIt_areCompiled() throws IOException {
    assertThat(withoutComments(codeBlock("ObserveFilter.create")).lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(snippets()).contains("        " + line.strip()));
  }

  private static String snippets() throws IOException {
    return Files.readString(Path.of("src/test/java/dev/observe/examples/docs/ReadmeSnippets.java"));
  }

  private static String withoutComments(String code) {
    return code.replaceAll(" *// .*", "");
  }

  /** Returns the first code block of the README that begins with {@code beginning}. */
  private static String codeBlock(String beginning) throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    int start = readme.indexOf("```java\n" + beginning);
    assertThat(start).as("a code block that begins with '%s'", beginning).isNotNegative();
    start += "```java\n".length();
    return readme.substring(start, readme.indexOf("```", start));
  }
}
