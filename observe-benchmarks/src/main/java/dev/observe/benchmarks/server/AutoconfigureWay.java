/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;

/**
 * OpenTelemetry's autoconfiguration, with a filter written by hand: its library has none for
 * Jakarta's servlets.
 */
final class AutoconfigureWay implements Way {
  private final OpenTelemetry openTelemetry =
      AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();

  @Override
  public void addTo(ServletContext context) {
    context
        .addFilter("hand-written", new HandWrittenFilter(openTelemetry))
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }
}
