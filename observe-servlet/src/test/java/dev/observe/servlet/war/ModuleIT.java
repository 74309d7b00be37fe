/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContainerInitializer;
import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The module descriptor of the jar, beside the module of an embedded Tomcat. */
@Tag("javax")
class ModuleIT {
  @Test
  void resolve_withEmbeddedTomcat_providesTheInitializer() {
    Stream<Path> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(
                jar ->
                    jar.getFileName()
                        .toString()
                        .matches(
                            "(observe-core-[0-9.]+(-SNAPSHOT)?|opentelemetry-(?!sdk-testing|proto).*"
                                + "|prometheus-metrics-.*|tomcat-.*)\\.jar"));

    Configuration resolved =
        Configuration.resolve(
            ModuleFinder.of(Stream.concat(Stream.of(BuiltFiles.jar()), jars).toArray(Path[]::new)),
            List.of(ModuleLayer.boot().configuration()),
            ModuleFinder.of(),
            Set.of("dev.observe.servlet", "org.apache.tomcat.embed.core"));

    assertThat(
            resolved
                .findModule("dev.observe.servlet")
                .orElseThrow()
                .reference()
                .descriptor()
                .provides())
        .extracting(provided -> provided.service())
        .containsExactly(ServletContainerInitializer.class.getName());
  }
}
