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

  /** Returns the first code block of the README that begins with {@code beginning}. */
  private static String codeBlock(String beginning) throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    int start = readme.indexOf("```java\n" + beginning);
    assertThat(start).as("a code block that begins with '%s'", beginning).isNotNegative();
    start += "```java\n".length();
    return readme.substring(start, readme.indexOf("```", start));
  }
}
