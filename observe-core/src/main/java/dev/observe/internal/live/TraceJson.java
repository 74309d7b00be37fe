/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.pages.JsonText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Traces as JSON: a line of a list, the spans for the waterfall, and OTLP. */
final class TraceJson {
  private TraceJson() {}

  /** Writes a trace of a list. */
  static String row(StoredTrace trace) {
    JsonText json =
        new JsonText()
            .beginObject()
            .member("id", trace.id())
            .member("start", millis(trace.startEpochNanos()))
            .member("durationMs", trace.durationNanos() / 1e6)
            .member("name", trace.name())
            .member("route", trace.route())
            .member("service", trace.service())
            .member("status", trace.status())
            .member("error", trace.isFailed())
            .member("complete", trace.isComplete())
            .member("spans", trace.spans().size() + trace.omitted());
    json.name("services").beginArray();
    trace.services().forEach(json::value);
    return json.endArray().endObject().toString();
  }

  static double millis(long epochNanos) {
    return Math.floorDiv(epochNanos, 1_000L) / 1e3;
  }

  /** Writes all spans of a trace, ordered by their start. */
  static String trace(String id, TraceStore.Found found, @Nullable String traceUrl) {
    JsonText json = new JsonText().beginObject().member("id", id);
    json.member("start", millis(found.startEpochNanos()));
    json.member("omittedSpans", found.omitted());
    json.member("url", traceUrl == null ? null : traceUrl.replace(LiveSettings.TRACE_ID, id));
    json.name("spans").beginArray();
    List<SpanData> spans = new ArrayList<>(found.spans());
    spans.sort(Comparator.comparingLong(SpanData::getStartEpochNanos));
    spans.forEach(span -> span(json, span, found.startEpochNanos()));
    return json.endArray().endObject().toString();
  }

  private static void span(JsonText json, SpanData span, long startEpochNanos) {
    json.beginObject()
        .member("id", span.getSpanId())
        .member("parent", span.getParentSpanContext().isValid() ? span.getParentSpanId() : null)
        .member("name", span.getName())
        .member("kind", span.getKind().name().toLowerCase(Locale.ROOT))
        .member("service", StoredTrace.service(span))
        .member("scope", span.getInstrumentationScopeInfo().getName())
        .member("startMs", (span.getStartEpochNanos() - startEpochNanos) / 1e6)
        .member("durationMs", (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e6)
        .member("error", span.getStatus().getStatusCode() == StatusCode.ERROR)
        .member("statusText", span.getStatus().getDescription());
    attributes(json.name("attributes"), span.getAttributes());
    json.name("events").beginArray();
    for (EventData event : span.getEvents()) {
      json.beginObject()
          .member("name", event.getName())
          .member("startMs", (event.getEpochNanos() - startEpochNanos) / 1e6);
      attributes(json.name("attributes"), event.getAttributes());
      json.endObject();
    }
    json.endArray();
    json.name("links").beginArray();
    for (LinkData link : span.getLinks()) {
      json.beginObject()
          .member("traceId", link.getSpanContext().getTraceId())
          .member("spanId", link.getSpanContext().getSpanId());
      attributes(json.name("attributes"), link.getAttributes());
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static void attributes(JsonText json, Attributes attributes) {
    json.beginObject();
    attributes.forEach(
        (key, value) -> {
          json.name(key.getKey());
          if (value instanceof Number number) {
            json.value(number.doubleValue());
          } else {
            json.value(value.toString());
          }
        });
    json.endObject();
  }

  /** Writes a trace as an {@code ExportTraceServiceRequest} in OTLP's JSON. */
  static String otlp(TraceStore.Found found) {
    Map<io.opentelemetry.sdk.resources.Resource, List<SpanData>> byResource = new LinkedHashMap<>();
    found
        .spans()
        .forEach(
            span ->
                byResource
                    .computeIfAbsent(span.getResource(), added -> new ArrayList<>())
                    .add(span));
    JsonText json = new JsonText().beginObject();
    json.name("resourceSpans").beginArray();
    byResource.forEach(
        (resource, spans) -> {
          json.beginObject().name("resource").beginObject();
          otlp(json, resource.getAttributes());
          json.endObject();
          json.name("scopeSpans").beginArray();
          Map<String, List<SpanData>> byScope = new LinkedHashMap<>();
          spans.forEach(
              span ->
                  byScope
                      .computeIfAbsent(
                          span.getInstrumentationScopeInfo().getName(), added -> new ArrayList<>())
                      .add(span));
          byScope.forEach(
              (scope, scoped) -> {
                json.beginObject().name("scope").beginObject().member("name", scope).endObject();
                json.name("spans").beginArray();
                scoped.forEach(span -> otlp(json, span));
                json.endArray().endObject();
              });
          json.endArray().endObject();
        });
    return json.endArray().endObject().toString();
  }

  private static void otlp(JsonText json, SpanData span) {
    json.beginObject().member("traceId", span.getTraceId()).member("spanId", span.getSpanId());
    if (span.getParentSpanContext().isValid()) {
      json.member("parentSpanId", span.getParentSpanId());
    }
    json.member("name", span.getName())
        .member("kind", kind(span.getKind()))
        .member("startTimeUnixNano", Long.toString(span.getStartEpochNanos()))
        .member("endTimeUnixNano", Long.toString(span.getEndEpochNanos()));
    otlp(json, span.getAttributes());
    json.name("events").beginArray();
    for (EventData event : span.getEvents()) {
      json.beginObject()
          .member("timeUnixNano", Long.toString(event.getEpochNanos()))
          .member("name", event.getName());
      otlp(json, event.getAttributes());
      json.endObject();
    }
    json.endArray();
    json.name("links").beginArray();
    for (LinkData link : span.getLinks()) {
      json.beginObject()
          .member("traceId", link.getSpanContext().getTraceId())
          .member("spanId", link.getSpanContext().getSpanId());
      otlp(json, link.getAttributes());
      json.endObject();
    }
    json.endArray();
    json.name("status").beginObject();
    if (span.getStatus().getStatusCode() != StatusCode.UNSET) {
      json.member("code", span.getStatus().getStatusCode() == StatusCode.OK ? 1.0 : 2.0);
    }
    if (!span.getStatus().getDescription().isEmpty()) {
      json.member("message", span.getStatus().getDescription());
    }
    json.endObject().endObject();
  }

  /** Returns the number of OTLP. */
  private static long kind(SpanKind kind) {
    return switch (kind) {
      case INTERNAL -> 1;
      case SERVER -> 2;
      case CLIENT -> 3;
      case PRODUCER -> 4;
      case CONSUMER -> 5;
    };
  }

  private static void otlp(JsonText json, Attributes attributes) {
    json.name("attributes").beginArray();
    attributes.forEach(
        (key, value) -> {
          json.beginObject().member("key", key.getKey()).name("value");
          otlp(json, key, value);
          json.endObject();
        });
    json.endArray();
  }

  private static void otlp(JsonText json, AttributeKey<?> key, Object value) {
    if (value instanceof List<?> elements) {
      json.beginObject().name("arrayValue").beginObject().name("values").beginArray();
      elements.forEach(element -> otlp(json, key, element));
      json.endArray().endObject().endObject();
      return;
    }
    json.beginObject();
    if (value instanceof Boolean truth) {
      json.member("boolValue", (boolean) truth);
    } else if (value instanceof Long number) {
      json.member("intValue", Long.toString(number));
    } else if (value instanceof Double number) {
      json.member("doubleValue", (double) number);
    } else {
      json.member("stringValue", value.toString());
    }
    json.endObject();
  }
}
