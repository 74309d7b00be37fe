/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.api.common.Value;
import java.util.List;

/** Writes the value of an attribute as a label: lists as JSON, all others as they are. */
final class AttributeText {
  private AttributeText() {}

  static String of(Object value) {
    if (value instanceof List<?> list) {
      return list(list);
    }
    return value instanceof Value<?> any ? any.asString() : value.toString();
  }

  private static String list(List<?> list) {
    StringBuilder json = new StringBuilder("[");
    for (Object element : list) {
      json.append(json.length() == 1 ? "" : ",");
      if (element instanceof String text) {
        quote(json, text);
      } else {
        json.append(element);
      }
    }
    return json.append(']').toString();
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append(String.format("\\u%04X", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
