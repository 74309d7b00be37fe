/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import dev.observe.Tracing;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;

/** Our tracing with its defaults. */
final class ObserveSender implements Sender {
  private final Tracing tracing;

  ObserveSender(String endpoint) {
    tracing = Tracing.builder("benchmark").endpoint(endpoint).start();
  }

  @Override
  public Tracer tracer() {
    return tracing.tracer();
  }

  @Override
  public void flush() {
    tracing.flush(Duration.ofSeconds(10));
  }
}
