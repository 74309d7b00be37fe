/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;

/** Reads the resource of spans from an SDK that a declarative configuration describes. */
final class ResourceFromFile {
  /** The lowest id, which a ratio sampler samples with every ratio. */
  private static final SpanContext PARENT =
      SpanContext.createFromRemoteParent(
          "00000000000000000000000000000001",
          "0000000000000001",
          TraceFlags.getSampled(),
          TraceState.getDefault());

  private ResourceFromFile() {}

  /**
   * Returns the resource of the spans of a provider, or none if the sampler drops the span.
   *
   * <p>The SDK exposes its resource only on spans, so this starts one and never ends it, so that it
   * is not exported.
   */
  static Resource of(TracerProvider provider) {
    Span span =
        provider
            .get("dev.observe")
            .spanBuilder("resource")
            .setParent(Context.root().with(Span.wrap(PARENT)))
            .startSpan();
    return span instanceof ReadableSpan readable
        ? readable.toSpanData().getResource()
        : Resource.empty();
  }
}
