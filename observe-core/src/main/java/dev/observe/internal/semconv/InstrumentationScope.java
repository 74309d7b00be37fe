/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfoBuilder;
import org.jspecify.annotations.Nullable;

/** The instrumentation scope of HTTP spans. */
public final class InstrumentationScope {
  public static final String NAME = "dev.observe.http";

  /** The version of the conventions that the spans follow. */
  static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0";

  private InstrumentationScope() {}

  public static Tracer tracer(OpenTelemetry openTelemetry) {
    TracerBuilder builder =
        openTelemetry.getTracerProvider().tracerBuilder(NAME).setSchemaUrl(SCHEMA_URL);
    String version = version();
    return (version == null ? builder : builder.setInstrumentationVersion(version)).build();
  }

  /** Returns the scope in the SDK's form. */
  public static InstrumentationScopeInfo info() {
    InstrumentationScopeInfoBuilder builder =
        InstrumentationScopeInfo.builder(NAME).setSchemaUrl(SCHEMA_URL);
    String version = version();
    return (version == null ? builder : builder.setVersion(version)).build();
  }

  /** Returns the version in the jar's manifest, or null for classes in a folder. */
  private static @Nullable String version() {
    return InstrumentationScope.class.getPackage().getImplementationVersion();
  }
}
