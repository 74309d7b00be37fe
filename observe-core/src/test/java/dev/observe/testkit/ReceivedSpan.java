/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A span as received by a collector, decoded with the official protobuf classes.
 *
 * <p>Attribute values are {@code String}, {@code Boolean}, {@code Long}, {@code Double}, {@code
 * byte[]}, {@code List} or {@code Map}. {@code schemaUrl} is that of the resource.
 */
public record ReceivedSpan(
    String traceId,
    String spanId,
    String parentSpanId,
    String name,
    SpanKind kind,
    long startEpochNanos,
    long endEpochNanos,
    StatusCode statusCode,
    String statusMessage,
    Map<String, Object> attributes,
    List<Event> events,
    Map<String, Object> resource,
    String schemaUrl,
    String scopeName) {

  /** A span event. */
  public record Event(String name, long epochNanos, Map<String, Object> attributes) {}

  static ReceivedSpan from(ResourceSpans ofResource, ScopeSpans ofScope, Span span) {
    Resource resource = ofResource.getResource();
    return new ReceivedSpan(
        hex(span.getTraceId().toByteArray()),
        hex(span.getSpanId().toByteArray()),
        hex(span.getParentSpanId().toByteArray()),
        span.getName(),
        kind(span.getKind()),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        statusCode(span.getStatus().getCode()),
        span.getStatus().getMessage(),
        attributes(span.getAttributesList()),
        span.getEventsList().stream()
            .map(
                e -> new Event(e.getName(), e.getTimeUnixNano(), attributes(e.getAttributesList())))
            .toList(),
        attributes(resource.getAttributesList()),
        ofResource.getSchemaUrl(),
        ofScope.getScope().getName());
  }

  /** Returns whether the span has no parent. */
  public boolean isRoot() {
    return parentSpanId.isEmpty();
  }

  /** Returns the resource attribute {@code service.name}, or an empty text. */
  public String serviceName() {
    return String.valueOf(resource.getOrDefault("service.name", ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static SpanKind kind(Span.SpanKind kind) {
    return switch (kind) {
      case SPAN_KIND_SERVER -> SpanKind.SERVER;
      case SPAN_KIND_CLIENT -> SpanKind.CLIENT;
      case SPAN_KIND_PRODUCER -> SpanKind.PRODUCER;
      case SPAN_KIND_CONSUMER -> SpanKind.CONSUMER;
      case SPAN_KIND_INTERNAL -> SpanKind.INTERNAL;
      case SPAN_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("a span must have a kind, was " + kind);
    };
  }

  private static StatusCode statusCode(Status.StatusCode code) {
    return switch (code) {
      case STATUS_CODE_OK -> StatusCode.OK;
      case STATUS_CODE_ERROR -> StatusCode.ERROR;
      case STATUS_CODE_UNSET -> StatusCode.UNSET;
      case UNRECOGNIZED -> throw new IllegalArgumentException("unknown status code");
    };
  }

  private static Map<String, Object> attributes(List<KeyValue> pairs) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (KeyValue pair : pairs) {
      if (attributes.put(pair.getKey(), value(pair.getValue())) != null) {
        throw new IllegalArgumentException("the key must be unique, was " + pair.getKey());
      }
    }
    return Map.copyOf(attributes);
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BYTES_VALUE -> value.getBytesValue().toByteArray();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(ReceivedSpan::value).toList();
      case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList());
      case VALUE_NOT_SET -> "";
    };
  }
}
