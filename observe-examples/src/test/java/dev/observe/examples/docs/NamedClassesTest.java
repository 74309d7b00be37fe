/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents about the code name classes and test methods that exist. */
class NamedClassesTest {
  /** A class in backticks, alone or with a method, or a class in a sequence diagram. */
  private static final Pattern NAME =
      Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:#(\\w+))?`|participant \\w as ([A-Z]\\w+)");

  /** A type of another project that the documents name. */
  private static final Set<String> FOREIGN = Set.of("HttpSender");

  private static final Pattern PROMISE_TEST = Pattern.compile("void ((?:P\\d+_)+)\\w+\\(");

  private static final Map<String, String> SOURCES =
      Sources.files(path -> path.endsWith(".java") || path.endsWith(".kt")).stream()
          .collect(
              Collectors.toMap(
                  NamedClassesTest::className, Sources::read, (one, two) -> one + two));

  @ParameterizedTest
  @ValueSource(strings = {"architecture.md", "compatibility.md", "promises.md"})
  void document_namedClassesAndMethods_exist(String name) {
    Set<String> missing = new TreeSet<>();

    NAME.matcher(document(name))
        .results()
        .filter(found -> !exists(found))
        .forEach(found -> missing.add(found.group()));

    assertThat(missing).isEmpty();
  }

  private static boolean exists(MatchResult found) {
    String type = found.group(1) == null ? found.group(3) : found.group(1);
    String source = SOURCES.get(type);
    if (source == null) {
      return FOREIGN.contains(type);
    }
    return found.group(2) == null || source.contains(" void " + found.group(2) + "(");
  }

  @Test
  void promises_areAllListed() {
    assertThat(promises().keySet())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 20).mapToObj(number -> "P" + number).toList());
  }

  /** A test with a promise in its name is in a class that the list names for that promise. */
  @Test
  void promises_nameEveryClassWithATestOfTheirs() {
    Map<String, String> promises = promises();
    Set<String> missing = new TreeSet<>();

    SOURCES.forEach(
        (type, source) ->
            PROMISE_TEST
                .matcher(source)
                .results()
                .flatMap(found -> Stream.of(found.group(1).split("_", -1)))
                .filter(promise -> !promise.isEmpty())
                .filter(
                    promise -> !promises.getOrDefault(promise, "").matches(".*`" + type + "\\b.*"))
                .forEach(promise -> missing.add(promise + ": " + type)));

    assertThat(missing).isEmpty();
  }

  /** Returns the line of each promise. */
  private static Map<String, String> promises() {
    return document("promises.md")
        .lines()
        .filter(line -> line.matches("\\| P\\d+ \\|.*"))
        .collect(Collectors.toMap(line -> line.split(" ", -1)[1], line -> line));
  }

  private static String document(String name) {
    return Sources.read(Sources.ROOT.resolve("docs").resolve(name));
  }

  private static String className(Path file) {
    return file.getFileName().toString().replaceFirst("\\.(java|kt)$", "");
  }
}
