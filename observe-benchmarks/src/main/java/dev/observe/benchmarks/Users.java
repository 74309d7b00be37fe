/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The class paths of different users, as Maven resolved them below {@code users}. */
final class Users {
  private final Path module;

  Users(Path project) {
    this.module = project.resolve("observe-benchmarks");
  }

  /** Returns the jars of a user: {@code observe}, {@code opentelemetry-jdk} and so on. */
  List<Path> jars(String user) throws IOException {
    Path folder = module.resolve("users").resolve(user).resolve("target").resolve("lib");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** Returns our classes, those of a container, and those of users. */
  List<Path> server(String container, List<String> users) throws IOException {
    List<Path> classPath = classes(users);
    for (Path jar : jars("server")) {
      if (container.equals("tomcat") == jar.getFileName().toString().startsWith("tomcat-")) {
        classPath.add(jar);
      }
    }
    return classPath;
  }

  /** Returns our classes, and those of users. */
  List<Path> classes(List<String> users) throws IOException {
    List<Path> classPath = new ArrayList<>();
    classPath.add(module.resolve("target").resolve("classes"));
    for (String user : users) {
      classPath.addAll(jars(user));
    }
    return classPath;
  }

  Path agent() {
    return module.resolve("users/server/target/agent/opentelemetry-javaagent.jar");
  }
}
