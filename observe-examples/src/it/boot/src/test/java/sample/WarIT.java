/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.servlet.internal.ObserveInitializer;
import dev.observe.testkit.OtlpReceiver;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.web.SpringServletContainerInitializer;

/** A WAR of Spring Boot on a Tomcat that finds the initializers of observe and of Spring. */
class WarIT {
  @TempDir Path directory;

  /** Starts the sample as a WAR does. */
  public static final class War extends SpringBootServletInitializer {
    static volatile String[] arguments = {};

    @Override
    protected SpringApplicationBuilder configure(SpringApplicationBuilder builder) {
      Map<String, Object> properties =
          Stream.of(arguments)
              .map(argument -> argument.substring(2).split("=", 2))
              .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
      return builder.sources(SampleApplication.class).properties(properties);
    }
  }

  @ParameterizedTest(name = "initializer of observe first: {0}")
  @ValueSource(booleans = {true, false})
  void war_measuresOnceWithOnePairOfHandles(boolean observeFirst) throws Exception {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      Tomcat tomcat = start(observeFirst, Sample.builder(), collector);
      try {
        assertThat(get(tomcat, "/hello/ada")).isEqualTo(200);

        assertThat(collector.awaitSpans(1))
            .singleElement()
            .satisfies(
                span -> {
                  assertThat(span.name()).isEqualTo("GET /hello/{name}");
                  assertThat(span.resource()).containsEntry("service.name", "sample shop");
                });
        Metrics metrics = Observe.currentMetrics().orElseThrow();
        assertThat(Sample.send("GET", metrics.uri()).body().lines())
            .filteredOn(line -> line.startsWith("otel_sdk_processor_span_queue_capacity{"))
            .as("queues, one for each pair of handles")
            .hasSize(1);
      } finally {
        tomcat.stop();
        tomcat.destroy();
      }
    }
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
  }

  @Test
  void war_withAutoFalseInItsProperties_startsNothing() throws Exception {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      Tomcat tomcat = start(true, Sample.builder().property("observe.auto", "false"), collector);
      try {
        assertThat(get(tomcat, "/hello/ada")).isEqualTo(200);

        assertThat(Observe.currentTracing()).isEmpty();
        assertThat(Observe.currentMetrics()).isEmpty();
      } finally {
        tomcat.stop();
        tomcat.destroy();
      }
      assertThat(collector.spans()).isEmpty();
    }
  }

  private Tomcat start(boolean observeFirst, Sample.Builder sample, OtlpReceiver collector)
      throws Exception {
    War.arguments = sample.collector(collector).arguments();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector();
    Context context = tomcat.addContext("", new File(directory.toString()).getAbsolutePath());
    context.setParentClassLoader(getClass().getClassLoader());
    if (observeFirst) {
      context.addServletContainerInitializer(new ObserveInitializer(), Set.of());
    }
    context.addServletContainerInitializer(
        new SpringServletContainerInitializer(), Set.of(War.class));
    if (!observeFirst) {
      context.addServletContainerInitializer(new ObserveInitializer(), Set.of());
    }
    tomcat.start();
    return tomcat;
  }

  private static int get(Tomcat tomcat, String path) {
    return Sample.send(
            "GET", URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + path))
        .statusCode();
  }
}
