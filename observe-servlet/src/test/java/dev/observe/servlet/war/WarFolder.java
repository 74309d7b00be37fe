/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** An exploded WAR: {@code web.xml}, with or without jars. */
final class WarFolder {
  private final Path folder;
  private final StringBuilder xml = new StringBuilder();

  WarFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  WarFolder displayName(String name) {
    xml.append("<display-name>").append(name).append("</display-name>\n");
    return this;
  }

  /** Orders the fragments; without {@code others} the container ignores those that it omits. */
  WarFolder absoluteOrdering(String content) {
    xml.append("<absolute-ordering>").append(content).append("</absolute-ordering>\n");
    return this;
  }

  /** Lets only users with a role read these paths, by basic authentication. */
  WarFolder securityConstraint(String pattern) {
    xml.append("<security-constraint><web-resource-collection>")
        .append("<web-resource-name>all</web-resource-name><url-pattern>" + pattern)
        .append("</url-pattern></web-resource-collection><auth-constraint>")
        .append("<role-name>admin</role-name></auth-constraint></security-constraint>\n")
        .append("<login-config><auth-method>BASIC</auth-method></login-config>\n")
        .append("<security-role><role-name>admin</role-name></security-role>\n");
    return this;
  }

  WarFolder param(String name, Object value) {
    xml.append("<context-param>").append(pair(name, value)).append("</context-param>\n");
    return this;
  }

  WarFolder listener(Class<?> type) {
    xml.append("<listener><listener-class>")
        .append(type.getName())
        .append("</listener-class></listener>\n");
    return this;
  }

  /** Adds a filter for all paths, with one init-param. */
  WarFolder filter(Class<?> type, String param, Object value) {
    String name = "<filter-name>" + type.getSimpleName() + "</filter-name>";
    xml.append("<filter>" + name + "<filter-class>" + type.getName() + "</filter-class>")
        .append("<init-param>" + pair(param, value) + "</init-param></filter>\n")
        .append("<filter-mapping>" + name + "<url-pattern>/*</url-pattern></filter-mapping>\n");
    return this;
  }

  WarFolder servlet(Class<?> type, String pattern) {
    String name = "<servlet-name>" + type.getSimpleName() + "</servlet-name>";
    xml.append("<servlet>" + name + "<servlet-class>" + type.getName() + "</servlet-class>")
        .append("</servlet>\n<servlet-mapping>" + name)
        .append("<url-pattern>" + pattern + "</url-pattern></servlet-mapping>\n");
    return this;
  }

  private static String pair(String name, Object value) {
    return "<param-name>" + name + "</param-name><param-value>" + value + "</param-value>";
  }

  /** Writes the files. */
  WarFolder write() throws IOException {
    Files.createDirectories(folder.resolve("WEB-INF"));
    Files.writeString(
        folder.resolve("WEB-INF/web.xml"),
        """
        <web-app version="4.0">
        %s</web-app>
        """
            .formatted(xml));
    return this;
  }

  /** Adds all runtime jars, as a build tool does, so that the WAR has its own classes. */
  WarFolder withJars(Class<?>... ofObserve) throws IOException, URISyntaxException {
    Path lib = Files.createDirectories(folder.resolve("WEB-INF/lib"));
    for (Class<?> type : ofObserve) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      Path from = Path.of(source.getLocation().toURI());
      Path jar = lib.resolve(type.getSimpleName() + ".jar");
      if (Files.isDirectory(from)) {
        pack(from, jar);
      } else {
        Files.copy(from, jar);
      }
    }
    return withJars(runtimeJars());
  }

  /** Adds jars, as a user does who has no build tool. */
  WarFolder withJars(List<Path> jars) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("WEB-INF/lib"));
    for (Path jar : jars) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    return this;
  }

  private static List<Path> runtimeJars() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(
            jar ->
                jar.getFileName()
                    .toString()
                    .matches("(opentelemetry|prometheus-metrics|jspecify)-.*\\.jar"))
        .filter(jar -> !jar.getFileName().toString().matches(".*-(testing|proto)-.*"))
        .toList();
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        entries.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
        Files.copy(each, entries);
      }
    }
  }
}
