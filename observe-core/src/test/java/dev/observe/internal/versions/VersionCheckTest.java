/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionCheckTest {
  @Test
  void found_thisBuild_isTheRecommendedVersion() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));

    for (Library library : Library.values()) {
      assertThat(library.found()).isEqualTo(library.recommended());
      assertThat(library.isTooOld()).isFalse();
    }
    assertThat(pom)
        .contains(
            Library.OPENTELEMETRY.line(),
            "<prometheus.version>" + Library.PROMETHEUS.recommended() + "</prometheus.version>");
  }

  @Test
  void documents_versions_areTheRecommendedAndTheTested() throws IOException {
    String compatibility = Files.readString(Path.of("../docs/compatibility.md"));

    for (Library library : Library.values()) {
      assertThat(compatibility).contains("\n" + library.line() + "\n");
      assertThat(compatibility)
          .contains(" " + library.oldest() + " |", " " + library.newest() + " |");
    }
  }

  @Test
  void capabilities_thisBuild_areAllThere() {
    assertThat(Capabilities.otlpSenders()).isTrue();
    assertThat(Capabilities.escaping()).isTrue();
    assertThat(Capabilities.sharedNames()).isTrue();
    assertThat(Capabilities.metricData()).isTrue();
    assertThat(Capabilities.logEventNames()).isTrue();
    assertThat(Capabilities.baggageLimits()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1.49.0, 1.49.0, true",
    "1.49.1, 1.49.0, true",
    "1.9.0, 1.49.0, false",
    "1.48.9, 1.49.0, false",
    "2.0, 1.49.0, true",
    "1.63.0-alpha, 1.63.0, true",
    "1.63.0-SNAPSHOT, 1.64.0, false",
    "unknown, 1.49.0, false"
  })
  void isAtLeast_comparesNumbers(String version, String minimum, boolean expected) {
    assertThat(Library.isAtLeast(version, minimum)).isEqualTo(expected);
  }

  @Test
  void start_linkageError_isRefusedWithVersionsAndLines() {
    assertThatThrownBy(
            () ->
                VersionCheck.start(
                    () -> {
                      throw new NoSuchMethodError("void Some.method()");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(NoSuchMethodError.class)
        .hasMessage(
            "The libraries on the class path do not fit together: java.lang.NoSuchMethodError: void"
                + " Some.method(). Found are OpenTelemetry 1.63.0 (tested: 1.49.0 to 1.68.0),"
                + " Prometheus client 1.5.0 (tested: 1.3.10 to 1.10.0). With Spring Boot's parent,"
                + " add to the properties of the pom.xml:"
                + " <opentelemetry.version>1.63.0</opentelemetry.version>"
                + " <prometheus-client.version>1.5.0</prometheus-client.version>; without it, import"
                + " io.opentelemetry:opentelemetry-bom:1.63.0 and"
                + " io.prometheus:prometheus-metrics-bom:1.5.0 before other BOMs in its"
                + " dependencyManagement.");
  }
}
