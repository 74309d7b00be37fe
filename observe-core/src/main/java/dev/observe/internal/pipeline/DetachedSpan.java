/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.ExceptionEventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;

/**
 * An ended span that references only exported data.
 *
 * <p>The SDK's span data references the span, its thread, and each recorded exception with all its
 * fields: 10 KB for a plain exception, without a bound for those of an application. During an
 * outage these would fill the heap and keep class loaders alive.
 *
 * <p>The components are the methods of the interface.
 */
record DetachedSpan(
    String getName,
    SpanKind getKind,
    SpanContext getSpanContext,
    SpanContext getParentSpanContext,
    StatusData getStatus,
    long getStartEpochNanos,
    long getEndEpochNanos,
    Attributes getAttributes,
    List<EventData> getEvents,
    List<LinkData> getLinks,
    int getTotalRecordedEvents,
    int getTotalRecordedLinks,
    int getTotalAttributeCount,
    InstrumentationScopeInfo getInstrumentationScopeInfo,
    Resource getResource)
    implements SpanData {
  DetachedSpan(SpanData span) {
    this(
        span.getName(),
        span.getKind(),
        span.getSpanContext(),
        span.getParentSpanContext(),
        span.getStatus(),
        span.getStartEpochNanos(),
        span.getEndEpochNanos(),
        span.getAttributes(),
        withoutExceptions(span.getEvents()),
        span.getLinks(),
        span.getTotalRecordedEvents(),
        span.getTotalRecordedLinks(),
        span.getTotalAttributeCount(),
        span.getInstrumentationScopeInfo(),
        span.getResource());
  }

  private static List<EventData> withoutExceptions(List<EventData> events) {
    if (events.isEmpty()) {
      return List.of();
    }
    List<EventData> plain = new ArrayList<>(events.size());
    for (EventData event : events) {
      plain.add(
          event instanceof ExceptionEventData
              ? EventData.create(
                  event.getEpochNanos(),
                  event.getName(),
                  event.getAttributes(),
                  event.getTotalAttributeCount())
              : event);
    }
    return plain;
  }

  @Override
  public boolean hasEnded() {
    return true;
  }

  @Override
  @Deprecated
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(
        getInstrumentationScopeInfo.getName(), getInstrumentationScopeInfo.getVersion());
  }

  @Override
  public String toString() {
    return "DetachedSpan{" + getName + ", " + getSpanContext + "}";
  }
}
