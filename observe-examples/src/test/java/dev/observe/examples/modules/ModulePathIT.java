/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with a module descriptor of its own, on the module path. */
class ModulePathIT {
  private static final Pattern RUNTIME =
      Pattern.compile(
          "observe-(core|servlet)-[0-9.]+(-SNAPSHOT)?\\.jar"
              + "|(opentelemetry|prometheus-metrics|tomcat)-(?!sdk-testing|proto).*\\.jar");

  private static final Path SOURCES = Path.of("src/test/resources/module");

  @TempDir Path temp;

  private String modulePath;

  @BeforeEach
  void compile() {
    modulePath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> RUNTIME.matcher(Path.of(entry).getFileName().toString()).matches())
            .collect(Collectors.joining(File.pathSeparator));

    assertThat(
            ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                    System.out,
                    System.err,
                    "-d",
                    temp.resolve("shop").toString(),
                    "--module-path",
                    modulePath,
                    SOURCES.resolve("module-info.java").toString(),
                    SOURCES.resolve("shop/Main.java").toString()))
        .isZero();
  }

  @Test
  void application_onTheModulePath_isTracedAndCounted() throws Exception {
    assertObserved(run(Path.of(System.getProperty("java.home"))));
  }

  /** A run-time image of the JDK's modules that observe and its dependencies need, and no other. */
  @Test
  void application_onAJlinkedRuntime_isTracedAndCounted() throws Exception {
    Path image = temp.resolve("image");

    int linked =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--add-modules",
                jdkModules(),
                "--output",
                image.toString());

    assertThat(linked).isZero();
    assertObserved(run(image));
  }

  /**
   * An image with the application in it needs a descriptor in every jar, and neither OpenTelemetry
   * nor the Prometheus client has one. When this test fails, they have.
   */
  @Test
  void jlink_ofTheApplicationItself_isRefusedForTheDependenciesAlone() {
    List<String> automatic;
    try (Stream<String> jars = Arrays.stream(modulePath.split(File.pathSeparator))) {
      automatic =
          jars.map(Path::of)
              .filter(ModulePathIT::isAutomatic)
              .map(jar -> jar.getFileName().toString())
              .toList();
    }

    assertThat(automatic)
        .isNotEmpty()
        .allMatch(name -> name.startsWith("opentelemetry-") || name.startsWith("prometheus-"));
  }

  /** Returns the JDK's modules that the modules with a descriptor require. */
  private String jdkModules() {
    ModuleFinder jars =
        ModuleFinder.of(
            Arrays.stream(modulePath.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new));
    return Configuration.resolve(
            jars,
            List.of(ModuleLayer.boot().configuration()),
            ModuleFinder.ofSystem(),
            List.of("dev.observe.servlet", "org.apache.tomcat.embed.core"))
        .modules()
        .stream()
        .flatMap(module -> module.reference().descriptor().requires().stream())
        .filter(required -> !required.modifiers().contains(Requires.Modifier.STATIC))
        .map(Requires::name)
        .filter(name -> ModuleFinder.ofSystem().find(name).isPresent())
        .distinct()
        .collect(Collectors.joining(","));
  }

  private static boolean isAutomatic(Path jar) {
    return ModuleFinder.of(jar).findAll().stream()
        .anyMatch(module -> module.descriptor().isAutomatic());
  }

  private String run(Path java) throws Exception {
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                java.resolve("bin/java").toString(),
                "-Dotel.traces.exporter=console",
                "-Dotel.exporter.prometheus.port=0",
                "--module-path",
                modulePath + File.pathSeparator + temp.resolve("shop"),
                "--module",
                "shop/shop.Main",
                temp.resolve("tomcat").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  private static void assertObserved(String output) {
    assertThat(output)
        .contains("hello from module dev.observe")
        .contains("http_server_requests_total{")
        .contains("http_route=\"/hello\"")
        .contains("GET /hello")
        .doesNotContain("Exception");
  }
}
