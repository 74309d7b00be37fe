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
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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

  private static final Path RESOURCES = Path.of("src/test/resources");

  /** The first words of the log line about an image without jdk.management. */
  private static final String LACKS = "The run-time image lacks the module jdk.management";

  @TempDir Path temp;

  private String modulePath;

  @BeforeEach
  void findJars() {
    modulePath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> RUNTIME.matcher(Path.of(entry).getFileName().toString()).matches())
            .collect(Collectors.joining(File.pathSeparator));
  }

  private Path compile(String folder, String module) {
    Path sources = RESOURCES.resolve(folder);
    Path classes = temp.resolve(module);

    assertThat(
            ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                    System.out,
                    System.err,
                    "-d",
                    classes.toString(),
                    "--module-path",
                    modulePath,
                    sources.resolve("module-info.java").toString(),
                    sources.resolve(module).resolve("Main.java").toString()))
        .isZero();
    return classes;
  }

  private String runShop(Path java) throws Exception {
    return run(java, "--module-path", compile("module", "shop"), "--module", "shop/shop.Main");
  }

  @Test
  void application_onTheModulePath_isTracedAndCounted() throws Exception {
    String output = runShop(Path.of(System.getProperty("java.home")));

    assertObserved(output);
    assertThat(output)
        .contains("\nprocess_cpu_seconds_total ", "\nprocess_open_fds ")
        .doesNotContain(LACKS);
  }

  /** One requirement is enough, for OpenTelemetry's metrics too; there is no container. */
  @Test
  void application_requiringTheCoreAlone_isTracedAndCounted() throws Exception {
    modulePath = jars(jar -> !jar.startsWith("tomcat") && !jar.startsWith("observe-servlet"));

    String output = runWorker();

    assertThat(output)
        .contains("\njobs_total{")
        .contains("\njob_seconds_count 1\n")
        .contains("\nprocess_cpu_seconds_total ")
        .doesNotContain("Exception");
  }

  /** Build tools put only the jars of required modules on the module path, the others beside it. */
  @Test
  void application_withTheRequiredModulesOnTheModulePath_isTracedAndCounted() throws Exception {
    Set<String> required = requiredJars();
    String others = jars(jar -> !required.contains(jar));
    assertThat(others).contains("opentelemetry-exporter-sender-jdk");
    Path classes = compile("module", "shop");
    modulePath = jars(required::contains);

    assertObserved(
        run(
            Path.of(System.getProperty("java.home")),
            "--module-path",
            classes,
            "--class-path",
            others,
            "--module",
            "shop/shop.Main"));
  }

  /** Returns the jars of the modules that the application's modules require, in any depth. */
  private Set<String> requiredJars() {
    ModuleFinder all = finder();
    Set<String> jars = new HashSet<>();
    Deque<String> modules =
        new ArrayDeque<>(List.of("dev.observe.servlet", "org.apache.tomcat.embed.core"));
    while (!modules.isEmpty()) {
      ModuleReference module = all.find(modules.pop()).orElse(null);
      if (module != null && jars.add(fileName(module))) {
        module.descriptor().requires().stream()
            .filter(required -> !required.modifiers().contains(Requires.Modifier.STATIC))
            .forEach(required -> modules.push(required.name()));
      }
    }
    return jars;
  }

  private static String fileName(ModuleReference module) {
    return Path.of(module.location().orElseThrow()).getFileName().toString();
  }

  private ModuleFinder finder() {
    return ModuleFinder.of(
        Arrays.stream(modulePath.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new));
  }

  private String jars(Predicate<String> filter) {
    return Arrays.stream(modulePath.split(File.pathSeparator))
        .filter(entry -> filter.test(Path.of(entry).getFileName().toString()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private String runWorker() throws Exception {
    return run(
        Path.of(System.getProperty("java.home")),
        "--module-path",
        compile("module-alone", "worker"),
        "--module",
        "worker/worker.Main");
  }

  /** A run-time image of the JDK's modules that observe and its dependencies require. */
  @Test
  void application_onAJlinkedRuntime_isTracedAndCountedWithoutTheFiguresOfTheModule()
      throws Exception {
    assertWithoutFigures(runShop(image(jdkModules())));
  }

  /** OpenTelemetry's module requires jdk.httpserver, but its class that observe uses does not. */
  @Test
  void application_onAJlinkedRuntimeAndTheClassPath_needsNoHttpServerEither() throws Exception {
    String modules = jdkModules().replace("jdk.httpserver,", "").replace(",jdk.httpserver", "");
    assertThat(modules).doesNotContain("jdk.");

    assertWithoutFigures(
        run(image(modules), "--class-path", compile("module", "shop"), "shop.Main"));
  }

  private static void assertWithoutFigures(String output) {
    assertThat(output)
        .contains("http_route=\"/hello\"")
        .contains("GET /hello")
        .contains("\njvm_memory_used_bytes{", "\nprocess_resident_memory_bytes ")
        .containsOnlyOnce(LACKS)
        .doesNotContain("\nprocess_cpu_seconds_total ", "\njvm_gc_duration_seconds_count{")
        .doesNotContain("Exception", "NoClassDefFoundError");
  }

  @Test
  void application_onAJlinkedRuntimeWithTheModule_hasItsFigures() throws Exception {
    String output = runShop(image(jdkModules() + ",jdk.management"));

    assertObserved(output);
    assertThat(output).contains("\nprocess_cpu_seconds_total ").doesNotContain(LACKS);
  }

  private Path image(String modules) {
    Path image = temp.resolve("image");

    int linked =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(System.out, System.err, "--add-modules", modules, "--output", image.toString());

    assertThat(linked).isZero();
    return image;
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
    return Configuration.resolve(
            finder(),
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

  /**
   * Runs an application and returns its output.
   *
   * @param pathOption the option for the jars and the classes of the application
   * @param main the further options, which name the main class
   */
  private String run(Path java, String pathOption, Path classes, String... main) throws Exception {
    Path output = temp.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin/java").toString());
    command.add("-Dotel.traces.exporter=console");
    command.add("-Dotel.exporter.prometheus.port=0");
    command.add(pathOption);
    command.add(modulePath + File.pathSeparator + classes);
    command.addAll(List.of(main));
    command.add(temp.resolve("tomcat").toString());
    Process process =
        new ProcessBuilder(command)
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
