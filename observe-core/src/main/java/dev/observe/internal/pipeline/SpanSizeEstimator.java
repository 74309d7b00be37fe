/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.SlotCache;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the size of a span without encoding it, for the queue's budget of bytes. Any thread.
 *
 * <p>The estimate is at least the encoded size in ASCII and at least half of the span's heap, which
 * keeps the live heap of a full queue under twice its budget.
 */
public final class SpanSizeEstimator {
  /*
   * Half the heap, in bytes, of each span, attribute, event or link without its text (64-bit JVM,
   * compressed references): the span with its ids, contexts and queue nodes; a map entry with its
   * String. A char counts 1, which is its size encoded as ASCII and half its heap if it is not
   * Latin. SpanSizeEstimatorTest measures this for every shape of span.
   */
  private static final int SPAN = 230;
  private static final int PARENT = 90;
  private static final int ATTRIBUTE = 46;
  private static final int EVENT = 60;
  private static final int LINK = 110;
  private static final int LIST = 30;
  private static final int ELEMENT = 28;
  private static final int TRACE_STATE_ENTRY = 48;
  private static final int KEY = 16;
  private static final int KEY_TEXT = 22;
  private static final int ENCODED_FIELD = 8;

  /*
   * The last keys, two for each hash. A constant key is on the heap once, however many spans wait, so
   * a known key costs nothing. A key created for each span costs its object, and its text too unless
   * that is a literal. A race between threads loses an entry; a key is then counted once more.
   * Rejected: counting all keys, which lets 25 % fewer typical spans into the same budget; one key
   * for each hash, where in a quarter of all programs two keys collide.
   */
  private final SlotCache<AttributeKey<?>> keys = new SlotCache<>(1024);

  /** Returns the estimated size of a span in bytes. */
  public int of(SpanData span) {
    Sum sum = new Sum();
    sum.add(SPAN + span.getName().length() + span.getStatus().getDescription().length());
    if (span.getParentSpanContext().isValid()) {
      sum.add(PARENT);
    }
    sum.addTraceState(span.getSpanContext());
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
      sum.addTraceState(link.getSpanContext());
      sum.addAttributes(link.getAttributes());
    }
    return (int) Math.min(Integer.MAX_VALUE, sum.bytes);
  }

  private int keyCost(AttributeKey<?> key) {
    // Two neighbouring slots.
    int hash = 2 * key.hashCode();
    AttributeKey<?> newer = keys.get(hash);
    AttributeKey<?> older = keys.get(hash + 1);
    if (newer == key || older == key) {
      return 0;
    }
    keys.put(hash, key);
    if (newer != null) {
      keys.put(hash + 1, newer);
    }
    boolean literal = sameText(newer, key) || sameText(older, key);
    return literal ? KEY : KEY + KEY_TEXT + key.getKey().length();
  }

  /** Returns whether the text of both keys is the same object on the heap. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean sameText(@Nullable AttributeKey<?> seen, AttributeKey<?> key) {
    return seen != null && seen.getKey() == key.getKey();
  }

  private final class Sum {
    private long bytes;

    private void add(long more) {
      bytes += more;
    }

    private void addTraceState(SpanContext context) {
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
              add(Math.max(ATTRIBUTE, ENCODED_FIELD + key.getKey().length()) + keyCost(key));
              addValue(value);
            });
      }
    }

    /** Adds the size beyond the constant of the attribute or element, which includes numbers. */
    private void addValue(Object value) {
      if (value instanceof String text) {
        add(text.length());
      } else if (value instanceof Number || value instanceof Boolean) {
        // Checked before the interfaces, whose type checks take far longer.
        return;
      } else if (value instanceof List<?> elements) {
        add(LIST);
        for (Object element : elements) {
          add(ELEMENT);
          addValue(element);
        }
      } else if (value instanceof Value<?> wrapped) {
        add(ELEMENT);
        addValue(wrapped.getValue());
      } else if (value instanceof KeyValue pair) {
        add(KEY_TEXT + pair.getKey().length());
        addValue(pair.getValue());
      } else if (value instanceof ByteBuffer buffer) {
        add(ELEMENT + buffer.remaining());
      }
    }
  }
}
