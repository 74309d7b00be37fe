/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import dev.observe.internal.semconv.HttpAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.ExceptionEventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The span of a sampled request. It behaves like the SDK's span, and is exported without a copy
 * once it has ended.
 *
 * <p>Safe for use by any number of threads.
 */
final class RequestSpan implements Span, ReadableSpan, SpanData {
  private final RequestSpans source;
  private final SpanContext context;
  private final SpanContext parent;
  private final long startEpochNanos;
  private final long startNanos;

  // All fields below are guarded by this; the attributes only after the constructor.
  private final SpanAttributes attributes;
  private String name;
  private StatusData status = StatusData.unset();
  private List<EventData> events = List.of();
  private List<LinkData> links = List.of();
  private int recordedEvents;
  private int recordedLinks;
  private long endEpochNanos;
  private volatile boolean ended;

  /**
   * @param attributes owned by the span from this call on
   */
  RequestSpan(
      RequestSpans source,
      SpanContext context,
      SpanContext parent,
      String name,
      long startEpochNanos,
      long startNanos,
      SpanAttributes attributes) {
    this.source = source;
    this.context = context;
    this.parent = parent;
    this.name = name;
    this.startEpochNanos = startEpochNanos;
    this.startNanos = startNanos;
    this.attributes = attributes;
  }

  /** Creates a copy of a span that has not ended. */
  private RequestSpan(RequestSpan original) {
    this.source = original.source;
    this.context = original.context;
    this.parent = original.parent;
    this.startEpochNanos = original.startEpochNanos;
    this.startNanos = original.startNanos;
    synchronized (original) {
      this.attributes = original.attributes.copy();
      this.name = original.name;
      this.status = original.status;
      this.events = List.copyOf(original.events);
      this.links = List.copyOf(original.links);
      this.recordedEvents = original.recordedEvents;
      this.recordedLinks = original.recordedLinks;
      this.endEpochNanos = original.endEpochNanos;
      this.ended = original.ended;
    }
  }

  private long now() {
    return startEpochNanos + source.nanoTime() - startNanos;
  }

  @Override
  @SuppressWarnings("NullableProblems") // Null is ignored, as the SDK does.
  public <T> Span setAttribute(AttributeKey<T> key, @Nullable T value) {
    if (key == null || key.getKey().isEmpty() || value == null) {
      return this;
    }
    synchronized (this) {
      if (!ended) {
        attributes.put(key, value);
      }
    }
    return this;
  }

  @Override
  public Span addEvent(String eventName, Attributes eventAttributes) {
    return addEvent(eventName, eventAttributes, now());
  }

  @Override
  public Span addEvent(
      String eventName, Attributes eventAttributes, long timestamp, TimeUnit unit) {
    return unit == null ? this : addEvent(eventName, eventAttributes, unit.toNanos(timestamp));
  }

  private Span addEvent(
      @Nullable String eventName, @Nullable Attributes eventAttributes, long epochNanos) {
    if (eventName != null) {
      Attributes all = eventAttributes == null ? Attributes.empty() : eventAttributes;
      int max = source.limits().getMaxNumberOfAttributesPerEvent();
      add(EventData.create(epochNanos, eventName, limited(all, max), all.size()));
    }
    return this;
  }

  @Override
  public Span recordException(Throwable exception, @Nullable Attributes additional) {
    if (exception == null) {
      return this;
    }
    SpanAttributes all = new SpanAttributes(source.attributeLimits());
    String type = exception.getClass().getCanonicalName();
    if (type != null) {
      all.put(HttpAttributes.EXCEPTION_TYPE, type);
    }
    if (exception.getMessage() != null) {
      all.put(HttpAttributes.EXCEPTION_MESSAGE, exception.getMessage());
    }
    StringWriter trace = new StringWriter();
    exception.printStackTrace(new PrintWriter(trace));
    all.put(HttpAttributes.EXCEPTION_STACKTRACE, trace.toString());
    if (additional != null) {
      additional.forEach(all::put);
    }
    add(ExceptionEventData.create(now(), exception, all, all.totalCount()));
    return this;
  }

  private synchronized void add(EventData event) {
    if (ended) {
      return;
    }
    if (events.isEmpty()) {
      events = new ArrayList<>(2);
    }
    if (events.size() < source.limits().getMaxNumberOfEvents()) {
      events.add(event);
    }
    recordedEvents++;
  }

  @Override
  public Span addLink(SpanContext linked, Attributes linkAttributes) {
    if (linked == null || !linked.isValid()) {
      return this;
    }
    Attributes all = linkAttributes == null ? Attributes.empty() : linkAttributes;
    int max = source.limits().getMaxNumberOfAttributesPerLink();
    LinkData link = LinkData.create(linked, limited(all, max), all.size());
    synchronized (this) {
      if (!ended) {
        if (links.isEmpty()) {
          links = new ArrayList<>(2);
        }
        if (links.size() < source.limits().getMaxNumberOfLinks()) {
          links.add(link);
        }
        recordedLinks++;
      }
    }
    return this;
  }

  private Attributes limited(Attributes all, int max) {
    SpanAttributes limited =
        new SpanAttributes(new AttributeLimits(max, source.attributeLimits().maxLength()));
    all.forEach(limited::put);
    return limited;
  }

  @Override
  public Span setStatus(StatusCode code, @Nullable String description) {
    if (code == null || code == StatusCode.UNSET) {
      return this;
    }
    synchronized (this) {
      if (!ended && status.getStatusCode() != StatusCode.OK) {
        status = StatusData.create(code, code == StatusCode.ERROR ? description : null);
      }
    }
    return this;
  }

  @Override
  public Span updateName(String newName) {
    if (newName == null) {
      return this;
    }
    synchronized (this) {
      if (!ended) {
        name = newName;
      }
    }
    return this;
  }

  @Override
  public void end() {
    endAt(now());
  }

  @Override
  public void end(long timestamp, TimeUnit unit) {
    endAt(timestamp == 0 || unit == null ? now() : unit.toNanos(timestamp));
  }

  private void endAt(long epochNanos) {
    synchronized (this) {
      if (ended) {
        return;
      }
      endEpochNanos = epochNanos;
      ended = true;
    }
    source.ended(this);
  }

  @Override
  public boolean isRecording() {
    return !ended;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public SpanData toSpanData() {
    return ended ? this : new RequestSpan(this);
  }

  @Override
  public SpanContext getSpanContext() {
    return context;
  }

  @Override
  public SpanContext getParentSpanContext() {
    return parent;
  }

  @Override
  public synchronized String getName() {
    return name;
  }

  @Override
  public SpanKind getKind() {
    return SpanKind.SERVER;
  }

  @Override
  public synchronized StatusData getStatus() {
    return status;
  }

  @Override
  public long getStartEpochNanos() {
    return startEpochNanos;
  }

  @Override
  public synchronized long getEndEpochNanos() {
    return endEpochNanos;
  }

  @Override
  public synchronized long getLatencyNanos() {
    return (ended ? endEpochNanos : now()) - startEpochNanos;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public synchronized <T> @Nullable T getAttribute(AttributeKey<T> key) {
    return attributes.get(key);
  }

  @Override
  public synchronized Attributes getAttributes() {
    return ended ? attributes : attributes.copy();
  }

  @Override
  public synchronized List<EventData> getEvents() {
    return ended ? events : List.copyOf(events);
  }

  @Override
  public synchronized List<LinkData> getLinks() {
    return ended ? links : List.copyOf(links);
  }

  @Override
  public synchronized int getTotalRecordedEvents() {
    return recordedEvents;
  }

  @Override
  public synchronized int getTotalRecordedLinks() {
    return recordedLinks;
  }

  @Override
  public synchronized int getTotalAttributeCount() {
    return attributes.totalCount();
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return source.scope();
  }

  @Override
  @Deprecated
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    InstrumentationScopeInfo scope = source.scope();
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(
        scope.getName(), scope.getVersion());
  }

  @Override
  public Resource getResource() {
    return source.resource();
  }

  @Override
  public String toString() {
    return "RequestSpan{" + getName() + ", " + context + "}";
  }
}
