/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.util.SafeText;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) and adds the commas.
 *
 * <p>A JSON library would be larger than all pages together.
 */
public final class JsonText {
  /** The lowest number from which not every whole number is a double. */
  private static final double MAX_EXACT_LONG = 1L << 53;

  private final StringBuilder text = new StringBuilder();
  private boolean comma;

  public JsonText beginObject() {
    separate();
    text.append('{');
    comma = false;
    return this;
  }

  public JsonText endObject() {
    text.append('}');
    comma = true;
    return this;
  }

  public JsonText beginArray() {
    separate();
    text.append('[');
    comma = false;
    return this;
  }

  public JsonText endArray() {
    text.append(']');
    comma = true;
    return this;
  }

  /** Writes the name of the next value. */
  public JsonText name(String name) {
    separate();
    string(name);
    text.append(':');
    comma = false;
    return this;
  }

  public JsonText value(@Nullable String value) {
    separate();
    if (value == null) {
      text.append("null");
    } else {
      string(value);
    }
    comma = true;
    return this;
  }

  /** Writes a number; NaN and the infinities, which JSON lacks, become {@code null}. */
  public JsonText value(double value) {
    separate();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      text.append("null");
    } else if (value == Math.rint(value) && Math.abs(value) < MAX_EXACT_LONG) {
      text.append((long) value);
    } else {
      text.append(value);
    }
    comma = true;
    return this;
  }

  public JsonText value(long value) {
    separate();
    text.append(value);
    comma = true;
    return this;
  }

  public JsonText member(String name, long value) {
    return name(name).value(value);
  }

  public JsonText member(String name, @Nullable String value) {
    return name(name).value(value);
  }

  public JsonText member(String name, double value) {
    return name(name).value(value);
  }

  /** Writes a truth value. */
  public JsonText member(String name, boolean value) {
    name(name);
    text.append(value);
    comma = true;
    return this;
  }

  /** Writes a value that is JSON already. */
  public JsonText json(String value) {
    separate();
    text.append(value);
    comma = true;
    return this;
  }

  public JsonText member(String name, Map<String, String> members) {
    name(name).beginObject();
    members.forEach(this::member);
    return endObject();
  }

  private void separate() {
    if (comma) {
      text.append(',');
    }
    comma = false;
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          // Controls must be escaped. A lone surrogate has no bytes in UTF-8. The two line
          // separators and < would end a script that contains the text.
          if (c < ' '
              || c == 0x7f
              || c == 0x2028
              || c == 0x2029
              || c == '<'
              || SafeText.isLoneSurrogate(value, i, value.length())) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
