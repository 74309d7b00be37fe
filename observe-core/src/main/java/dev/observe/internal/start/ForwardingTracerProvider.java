/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Returns tracers that create each span with the current provider. */
final class ForwardingTracerProvider implements TracerProvider {
  private final Supplier<TracerProvider> current;

  ForwardingTracerProvider(Supplier<TracerProvider> current) {
    this.current = current;
  }

  @Override
  public Tracer get(String name) {
    return tracerBuilder(name).build();
  }

  @Override
  public Tracer get(String name, String version) {
    return tracerBuilder(name).setInstrumentationVersion(version).build();
  }

  @Override
  public TracerBuilder tracerBuilder(String name) {
    return new Builder(name);
  }

  private final class Builder implements TracerBuilder {
    private final String name;
    private @Nullable String version;
    private @Nullable String schemaUrl;

    Builder(String name) {
      this.name = name;
    }

    @Override
    public TracerBuilder setSchemaUrl(String url) {
      this.schemaUrl = url;
      return this;
    }

    @Override
    public TracerBuilder setInstrumentationVersion(String instrumentationVersion) {
      this.version = instrumentationVersion;
      return this;
    }

    @Override
    public Tracer build() {
      return new ForwardingTracer(name, version, schemaUrl);
    }
  }

  private final class ForwardingTracer implements Tracer {
    private final String name;
    private final @Nullable String version;
    private final @Nullable String schemaUrl;
    private volatile @Nullable Cached last;

    ForwardingTracer(String name, @Nullable String version, @Nullable String schemaUrl) {
      this.name = name;
      this.version = version;
      this.schemaUrl = schemaUrl;
    }

    @Override
    public SpanBuilder spanBuilder(String spanName) {
      return tracer().spanBuilder(spanName);
    }

    @Override
    public boolean isEnabled() {
      return tracer().isEnabled();
    }

    private Tracer tracer() {
      TracerProvider provider = current.get();
      Cached cached = last;
      if (cached == null || cached.by() != provider) {
        cached = new Cached(provider, make(provider));
        last = cached;
      }
      return cached.tracer();
    }

    private Tracer make(TracerProvider provider) {
      TracerBuilder builder = provider.tracerBuilder(name);
      if (version != null) {
        builder.setInstrumentationVersion(version);
      }
      if (schemaUrl != null) {
        builder.setSchemaUrl(schemaUrl);
      }
      return builder.build();
    }
  }

  private record Cached(TracerProvider by, Tracer tracer) {}
}
