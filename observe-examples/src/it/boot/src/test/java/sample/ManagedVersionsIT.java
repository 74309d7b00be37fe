/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;

/** All tests here run with the versions that Spring Boot manages, which are the documented ones. */
class ManagedVersionsIT {
  private static final Path DOC = Path.of("../../../../docs/start/spring-boot.md");

  @Test
  void document_hasTheVersionsOfTheClassPath() throws IOException {
    String boot = String.valueOf(SpringBootVersion.getVersion()).replaceFirst("\\.\\d+$", "");
    String openTelemetry = version("io/opentelemetry/sdk/trace/version.properties", "sdk.version");
    String prometheus =
        version("META-INF/maven/io.prometheus/prometheus-metrics-model/pom.properties", "version");

    assertThat(Files.readString(DOC))
        .contains("\n| " + boot + " | " + openTelemetry + " | " + prometheus + " | ");
  }

  private static String version(String file, String key) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = ManagedVersionsIT.class.getClassLoader().getResourceAsStream(file)) {
      properties.load(in);
    }
    return properties.getProperty(key);
  }
}
