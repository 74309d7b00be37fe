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

/** The resource that a declarative configuration gives to spans, for the metrics beside them. */
final class ResourceFromFile {
  /** As low as an id can be, so that a sampler by ratio keeps it whatever the ratio. */
  private static final SpanContext PARENT =
      SpanContext.createFromRemoteParent(
          "00000000000000000000000000000001",
          "0000000000000001",
          TraceFlags.getSampled(),
          TraceState.getDefault());

  private ResourceFromFile() {}

  /**
   * Returns the resource of the spans of a provider, or none where no spans are kept.
   *
   * <p>An SDK tells it by its spans alone. The one made here never ends, so that nobody is sent it.
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
