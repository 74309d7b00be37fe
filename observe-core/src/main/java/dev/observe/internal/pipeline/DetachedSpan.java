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
 */
final class DetachedSpan implements SpanData {
  private final String name;
  private final SpanKind kind;
  private final SpanContext spanContext;
  private final SpanContext parentSpanContext;
  private final StatusData status;
  private final long startEpochNanos;
  private final long endEpochNanos;
  private final Attributes attributes;
  private final List<EventData> events;
  private final List<LinkData> links;
  private final int totalRecordedEvents;
  private final int totalRecordedLinks;
  private final int totalAttributeCount;
  private final InstrumentationScopeInfo scope;
  private final Resource resource;

  DetachedSpan(SpanData span) {
    name = span.getName();
    kind = span.getKind();
    spanContext = span.getSpanContext();
    parentSpanContext = span.getParentSpanContext();
    status = span.getStatus();
    startEpochNanos = span.getStartEpochNanos();
    endEpochNanos = span.getEndEpochNanos();
    attributes = span.getAttributes();
    events = withoutExceptions(span.getEvents());
    links = span.getLinks();
    totalRecordedEvents = span.getTotalRecordedEvents();
    totalRecordedLinks = span.getTotalRecordedLinks();
    totalAttributeCount = span.getTotalAttributeCount();
    scope = span.getInstrumentationScopeInfo();
    resource = span.getResource();
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
  public String getName() {
    return name;
  }

  @Override
  public SpanKind getKind() {
    return kind;
  }

  @Override
  public SpanContext getSpanContext() {
    return spanContext;
  }

  @Override
  public SpanContext getParentSpanContext() {
    return parentSpanContext;
  }

  @Override
  public StatusData getStatus() {
    return status;
  }

  @Override
  public long getStartEpochNanos() {
    return startEpochNanos;
  }

  @Override
  public long getEndEpochNanos() {
    return endEpochNanos;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public List<EventData> getEvents() {
    return events;
  }

  @Override
  public List<LinkData> getLinks() {
    return links;
  }

  @Override
  public boolean hasEnded() {
    return true;
  }

  @Override
  public int getTotalRecordedEvents() {
    return totalRecordedEvents;
  }

  @Override
  public int getTotalRecordedLinks() {
    return totalRecordedLinks;
  }

  @Override
  public int getTotalAttributeCount() {
    return totalAttributeCount;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return scope;
  }

  @Override
  @Deprecated
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(
        scope.getName(), scope.getVersion());
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public String toString() {
    return "DetachedSpan{" + name + ", " + spanContext + "}";
  }
}
