/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import dev.observe.ShutdownReport;
import dev.observe.Tracing;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.stream.Collectors;

/** {@link Tracing} with its defaults except for the size of the queue. */
final class Ours implements Contender {
  private final Tracing tracing;

  Ours(String endpoint, int maxQueueSpans) {
    tracing = Tracing.builder("comparison").endpoint(endpoint).maxQueueSpans(maxQueueSpans).start();
  }

  @Override
  public Tracer tracer() {
    return tracing.tracer();
  }

  @Override
  public String flush(Duration timeout) {
    return Boolean.toString(tracing.flush(timeout));
  }

  @Override
  public String close(Duration timeout) {
    ShutdownReport report = tracing.shutdown(timeout);
    return report.lost().entrySet().stream()
        .map(loss -> "%s %,d".formatted(loss.getKey().label(), loss.getValue()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String workerThread() {
    return "observe-export";
  }
}
