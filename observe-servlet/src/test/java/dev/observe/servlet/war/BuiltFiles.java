/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The jars and the zip that the build has made of this module. */
final class BuiltFiles {
  /** Whether this run is that for {@code javax.servlet}, with rewritten tests. */
  static final boolean JAVAX = Servlet.class.getName().startsWith("javax.");

  private static final String BUILT = System.getProperty("observe.built");

  private BuiltFiles() {}

  private static Path file(String ending) {
    assumeTrue(BUILT != null, "needs the files that `mvn verify` builds before it");
    return Path.of(BUILT + ending);
  }

  /** Returns the jar for {@code jakarta.servlet}. */
  static Path jakartaJar() {
    return file(".jar");
  }

  /** Returns the jar for {@code javax.servlet}. */
  static Path javaxJar() {
    return file("-javax.jar");
  }

  /** Returns the jar for the Servlet API of this run. */
  static Path jar() {
    return JAVAX ? javaxJar() : jakartaJar();
  }

  /** Unpacks the zip into a folder and returns its files. */
  static List<Path> unzipWarLibs(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.createDirectories(folder);
    try (InputStream file = Files.newInputStream(file("-war-libs.zip"));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path unpacked = folder.resolve(entry.getName());
        Files.copy(zip, unpacked);
        files.add(unpacked);
      }
    }
    return files;
  }

  /** Unpacks the zip and replaces the jar of this module by another one. */
  static List<Path> unzipWarLibs(Path folder, Path jar) throws IOException {
    List<Path> files = unzipWarLibs(folder);
    files.removeIf(file -> file.getFileName().equals(jakartaJar().getFileName()));
    files.add(jar);
    return files;
  }
}
