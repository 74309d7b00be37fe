/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.examples.testing.GrpcReceiver;
import dev.observe.testkit.ForkedJvm;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol {@code grpc} with OpenTelemetry's sender, added to the class path as users do. */
class GrpcIT {
  private static final Path SENDER = Path.of("target/grpc-sender");

  @TempDir private Path directory;

  @Test
  void grpc_senderAdded_spansArrive() {
    try (GrpcReceiver receiver = GrpcReceiver.start(directory);
        ForkedJvm jvm =
            ForkedJvm.startWith(
                SENDER,
                TracingExample.class,
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "otel.exporter.otlp.protocol",
                    "grpc",
                    "otel.exporter.otlp.compression",
                    "gzip"))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(receiver.spans())
          .as(jvm.output())
          .extracting(Span::getName)
          .containsExactlyInAnyOrder("inside", "inside", "outside");
    }
  }
}
