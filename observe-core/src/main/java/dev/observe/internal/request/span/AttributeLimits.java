/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The maximum number of attributes and the maximum length of a value (OpenTelemetry specification,
 * common/README.md, attribute limits).
 */
public record AttributeLimits(int maxCount, int maxLength) {
  /** No limits, for attributes that the SDK limits itself. */
  public static final AttributeLimits NONE =
      new AttributeLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** Returns the value, cut to the maximum length. */
  Object cut(Object value) {
    if (value instanceof String text) {
      return cut(text);
    }
    if (maxLength == Integer.MAX_VALUE) {
      return value;
    }
    if (value instanceof List<?> elements) {
      List<Object> all = new ArrayList<>(elements.size());
      elements.forEach(element -> all.add(cut(element)));
      return all;
    }
    return value instanceof Value<?> wrapped ? cut(wrapped) : value;
  }

  private String cut(String text) {
    return text.length() <= maxLength ? text : text.substring(0, maxLength);
  }

  private Value<?> cut(Value<?> value) {
    return switch (value.getType()) {
      case STRING -> Value.of(cut((String) value.getValue()));
      case BYTES -> cut(value, (ByteBuffer) value.getValue());
      case ARRAY -> {
        List<Value<?>> all = new ArrayList<>();
        ((List<?>) value.getValue()).forEach(element -> all.add(cut((Value<?>) element)));
        yield Value.of(all);
      }
      case KEY_VALUE_LIST ->
          Value.of(
              ((List<?>) value.getValue())
                  .stream()
                      .map(KeyValue.class::cast)
                      .map(pair -> KeyValue.of(pair.getKey(), cut(pair.getValue())))
                      .toArray(KeyValue[]::new));
      default -> value;
    };
  }

  private Value<?> cut(Value<?> value, ByteBuffer buffer) {
    if (buffer.remaining() <= maxLength) {
      return value;
    }
    byte[] first = new byte[maxLength];
    buffer.duplicate().get(first);
    return Value.of(first);
  }
}
