/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A recorded span with its children in the order of their start.
 *
 * @param data the state of the span when this was created
 * @param children the spans whose parent it is
 */
record RecordedSpan(SpanData data, List<RecordedSpan> children) {
  /** Returns the spans as trees; the parent of a top span is not in the list. */
  static List<RecordedSpan> trees(List<SpanRecorder.Started> spans) {
    Map<String, RecordedSpan> byId = new LinkedHashMap<>();
    for (SpanRecorder.Started started : spans) {
      SpanData data = started.span().toSpanData();
      byId.put(data.getTraceId() + data.getSpanId(), new RecordedSpan(data, new ArrayList<>()));
    }
    List<RecordedSpan> tops = new ArrayList<>();
    for (RecordedSpan span : byId.values()) {
      RecordedSpan parent = byId.get(span.data.getTraceId() + span.data.getParentSpanId());
      (parent == null ? tops : parent.children).add(span);
    }
    return tops;
  }

  /** Returns the trees as indented lines. */
  static String lines(List<RecordedSpan> trees) {
    if (trees.isEmpty()) {
      return "\n  no span";
    }
    StringBuilder lines = new StringBuilder();
    trees.forEach(tree -> tree.appendTo(lines, "\n  "));
    return lines.toString();
  }

  private void appendTo(StringBuilder lines, String margin) {
    lines.append(margin).append(data.getName()).append(" (").append(data.getKind());
    if (data.getStatus().getStatusCode() == StatusCode.ERROR) {
      lines.append(", failed");
    }
    if (!data.hasEnded()) {
      lines.append(", not ended");
    }
    lines.append(')');
    if (!data.getAttributes().isEmpty()) {
      // Sorted, because the SDK does not keep an order.
      Map<String, Object> attributes = new TreeMap<>();
      data.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
      lines.append(' ').append(attributes);
    }
    children.forEach(child -> child.appendTo(lines, margin + "  "));
  }
}
