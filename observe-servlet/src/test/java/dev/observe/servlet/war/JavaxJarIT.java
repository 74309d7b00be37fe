/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the jar with the classifier {@code javax} contains. */
class JavaxJarIT {
  private static final String INITIALIZER = "dev/observe/servlet/internal/JavaxInitializer.class";

  @Test
  void classes_ofTheJavaxJar_nameNoJakartaPackage() throws IOException {
    try (JarFile jar = new JarFile(BuiltFiles.javaxJar().toFile())) {
      List<String> wrong =
          jar.stream()
              .filter(entry -> text(jar, entry).matches("(?s).*jakarta[./].*"))
              .map(ZipEntry::getName)
              .toList();

      assertThat(wrong).isEmpty();
    }
  }

  /** Without the auto-configuration, as Spring Boot 3 and later have jakarta.servlet. */
  @Test
  void entries_ofTheJavaxJar_areThoseOfTheOtherJar() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (String name : entries(BuiltFiles.jakartaJar())) {
      if (!name.equals(INITIALIZER) && !name.contains("/javax.") && !name.contains("/spring/")) {
        expected.add(name.replace("/jakarta.", "/javax."));
      }
    }

    assertThat(entries(BuiltFiles.javaxJar())).isEqualTo(expected);
    assertThat(expected)
        .contains(
            "module-info.class", "META-INF/services/javax.servlet.ServletContainerInitializer");
  }

  @Test
  void manifest_ofTheJavaxJar_isThatOfTheOtherJar() throws IOException {
    try (JarFile jakarta = new JarFile(BuiltFiles.jakartaJar().toFile());
        JarFile javax = new JarFile(BuiltFiles.javaxJar().toFile())) {
      assertThat(javax.getManifest().getMainAttributes())
          .isEqualTo(jakarta.getManifest().getMainAttributes())
          .containsValue("observe-servlet");
    }
  }

  private static Set<String> entries(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      Set<String> names = new TreeSet<>();
      jar.stream().map(ZipEntry::getName).forEach(names::add);
      return names;
    }
  }

  private static String text(JarFile jar, ZipEntry entry) {
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
