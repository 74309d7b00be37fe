/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Estimates the size of a span without encoding it, for the queue's budget of bytes.
 *
 * <p>The estimate is the encoded size, and never under half of what the span holds on the heap; it
 * is this that keeps the live heap of a full queue under twice its budget.
 */
final class SpanWeight {
  /*
   * Half the heap, in bytes, of the parts that every span, attribute, event or link brings along
   * besides its text (64-bit JVM, compressed references): the span with its wrapper, ids, contexts
   * and queue node; a map entry with its String. A char counts 1, which is its encoded size in ASCII
   * and half its heap otherwise. Keys are constants in any program we know, so they count only where
   * their encoding is more than the entry's heap. Measured by SpanWeightTest.
   */
  private static final int SPAN = 400;
  private static final int ATTRIBUTE = 48;
  private static final int EVENT = 100;
  private static final int LINK = 160;
  private static final int ELEMENT = 32;
  private static final int NUMBER = 9;
  private static final int TRACE_STATE_ENTRY = 48;

  private SpanWeight() {}

  static int of(SpanData span) {
    Sum sum = new Sum();
    sum.add(SPAN + span.getName().length() + span.getStatus().getDescription().length());
    sum.addContext(span.getSpanContext());
    sum.addAttributes(span.getAttributes());
    List<EventData> events = span.getEvents();
    for (int i = 0; i < events.size(); i++) {
      EventData event = events.get(i);
      sum.add(EVENT + event.getName().length());
      sum.addAttributes(event.getAttributes());
    }
    List<LinkData> links = span.getLinks();
    for (int i = 0; i < links.size(); i++) {
      LinkData link = links.get(i);
      sum.add(LINK);
      sum.addContext(link.getSpanContext());
      sum.addAttributes(link.getAttributes());
    }
    return (int) Math.min(Integer.MAX_VALUE, sum.bytes);
  }

  private static final class Sum {
    private long bytes;

    private void add(long more) {
      bytes += more;
    }

    private void addContext(SpanContext context) {
      if (!context.getTraceState().isEmpty()) {
        context
            .getTraceState()
            .forEach((key, value) -> add(TRACE_STATE_ENTRY + key.length() + value.length()));
      }
    }

    private void addAttributes(Attributes attributes) {
      if (!attributes.isEmpty()) {
        attributes.forEach(
            (key, value) -> {
              add(Math.max(ATTRIBUTE, 8 + key.getKey().length()));
              addValue(value);
            });
      }
    }

    private void addValue(Object value) {
      if (value instanceof String text) {
        add(text.length());
      } else if (value instanceof List<?> elements) {
        for (Object element : elements) {
          add(ELEMENT);
          addValue(element);
        }
      } else if (value instanceof Value<?> wrapped) {
        addValue(wrapped.getValue());
      } else if (value instanceof KeyValue pair) {
        add(ELEMENT + pair.getKey().length());
        addValue(pair.getValue());
      } else if (value instanceof ByteBuffer buffer) {
        add(buffer.remaining());
      } else {
        add(NUMBER);
      }
    }
  }
}
