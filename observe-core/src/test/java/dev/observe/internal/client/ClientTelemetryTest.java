/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.config.Settings;
import dev.observe.internal.request.LogLines;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientTelemetryTest {
  private static final HttpRequest REQUEST =
      HttpRequest.newBuilder(URI.create("http://localhost/")).build();

  /** A propagator that throws when a request is sent. */
  private record FailingPropagator(Supplier<RuntimeException> failure)
      implements TextMapPropagator {
    @Override
    public Collection<String> fields() {
      return List.of();
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
      throw failure.get();
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
      return context;
    }
  }

  private static ClientTelemetry failing(Supplier<RuntimeException> failure) {
    OpenTelemetry openTelemetry =
        OpenTelemetrySdk.builder()
            .setPropagators(ContextPropagators.create(new FailingPropagator(failure)))
            .build();
    return new ClientTelemetry(openTelemetry, null, Settings.of(Map.of()));
  }

  @Test
  void start_failingPropagator_isLoggedOnceAndTheRequestIsSent() {
    ClientTelemetry telemetry = failing(() -> new IllegalStateException("simulated"));
    try (LogLines log = LogLines.of(ClientTelemetry.class)) {
      assertThat(telemetry.start(REQUEST).request()).isSameAs(REQUEST);
      assertThat(telemetry.start(REQUEST).request()).isSameAs(REQUEST);

      assertThat(log.lines())
          .containsExactly(
              "Failed while starting a call; the call went on, its measurement may be missing:"
                  + " java.lang.IllegalStateException: simulated");
    }
  }

  @Test
  void start_fatalError_isRethrown() {
    OutOfMemoryError fatal = new OutOfMemoryError("simulated");
    ClientTelemetry telemetry =
        failing(
            () -> {
              throw fatal;
            });

    assertThatThrownBy(() -> telemetry.start(REQUEST)).isSameAs(fatal);
  }
}
