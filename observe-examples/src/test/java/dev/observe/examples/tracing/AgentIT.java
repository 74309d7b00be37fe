/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Under OpenTelemetry's Java agent, the agent makes and exports the spans of observe. */
class AgentIT {
  private static final Path AGENT = Path.of("target/agent/opentelemetry-javaagent.jar");

  @Test
  void start_agentAttached_onlyItsExporterSends() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                List.of("-javaagent:" + AGENT.toAbsolutePath()),
                TracingExample.class,
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "otel.service.name",
                    "the agent's",
                    "otel.metrics.exporter",
                    "none",
                    "otel.logs.exporter",
                    "none"))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(receiver.spans())
          .extracting(ReceivedSpan::name)
          .containsExactlyInAnyOrder("outside", "inside", "inside");
      assertThat(receiver.spans())
          .allSatisfy(
              span -> {
                assertThat(span.resource()).containsEntry("service.name", "the agent's");
                assertThat(span.resource()).containsKey("telemetry.distro.name");
              });
      assertThat(jvm.output()).contains("OpenTelemetry's Java agent is attached");
    }
  }
}
