/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;

/** The scope under which the spans of this package are made. */
final class InstrumentationScope {
  static final String NAME = "dev.observe.http";

  /** The conventions that the spans follow. */
  static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0";

  private InstrumentationScope() {}

  static Tracer tracer(OpenTelemetry openTelemetry) {
    TracerBuilder builder =
        openTelemetry.getTracerProvider().tracerBuilder(NAME).setSchemaUrl(SCHEMA_URL);
    // The jar's manifest knows it; classes run from a folder have none.
    String version = InstrumentationScope.class.getPackage().getImplementationVersion();
    return (version == null ? builder : builder.setInstrumentationVersion(version)).build();
  }
}
