/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sources and documents name the subject of a sentence: a client, a peer, a caller, a thread. */
class PlainWordsTest {
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(whoever|nobody|somebody|anybody)\\b|\\bhad better\\b|\\bof one's own\\b",
          Pattern.CASE_INSENSITIVE);

  @Test
  void sourcesAndDocuments_haveNoBannedWord() {
    List<Path> files =
        Stream.concat(
                Sources.files(path -> path.contains("src/main/") && path.endsWith(".java"))
                    .stream(),
                Sources.documents().stream())
            .toList();
    List<String> found = new ArrayList<>();

    for (Path file : files) {
      int number = 0;
      for (String line : Sources.read(file).lines().toList()) {
        number++;
        if (BANNED.matcher(line).find()) {
          found.add(Sources.ROOT.relativize(file) + ":" + number + ": " + line.strip());
        }
      }
    }

    assertThat(files).hasSizeGreaterThan(100);
    assertThat(found).isEmpty();
  }
}
