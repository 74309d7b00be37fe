/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import java.util.function.Function;
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
    return new Builder(provider -> provider.tracerBuilder(name));
  }

  private final class Builder implements TracerBuilder {
    private Function<TracerProvider, TracerBuilder> source;

    Builder(Function<TracerProvider, TracerBuilder> source) {
      this.source = source;
    }

    @Override
    public TracerBuilder setSchemaUrl(String url) {
      Function<TracerProvider, TracerBuilder> before = source;
      source = provider -> before.apply(provider).setSchemaUrl(url);
      return this;
    }

    @Override
    public TracerBuilder setInstrumentationVersion(String version) {
      Function<TracerProvider, TracerBuilder> before = source;
      source = provider -> before.apply(provider).setInstrumentationVersion(version);
      return this;
    }

    @Override
    public Tracer build() {
      return new ForwardingTracer(source);
    }
  }

  private final class ForwardingTracer implements Tracer {
    private final Function<TracerProvider, TracerBuilder> source;
    private volatile @Nullable Cached last;

    ForwardingTracer(Function<TracerProvider, TracerBuilder> source) {
      this.source = source;
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
        cached = new Cached(provider, source.apply(provider).build());
        last = cached;
      }
      return cached.tracer();
    }
  }

  private record Cached(TracerProvider by, Tracer tracer) {}
}
