/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.charset.StandardCharsets;

/** Labels as a line has them between its braces; what they are for is part of neither. */
final class LabelText {
  final Labels labels;
  final byte[] bytes;

  private LabelText(Labels labels, byte[] bytes) {
    this.labels = labels;
    this.bytes = bytes;
  }

  static LabelText of(Labels labels) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        text.append(',');
      }
      text.append(labels.getPrometheusName(i)).append("=\"");
      appendEscaped(text, labels.getValue(i));
      text.append('"');
    }
    return new LabelText(labels, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void appendEscaped(StringBuilder text, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        case '\n' -> text.append("\\n");
        default -> text.append(c);
      }
    }
  }

  /** Whether all names are such that no escaping scheme and no format writes them otherwise. */
  static boolean hasPlainNames(Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (!isPlainName(labels.getName(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isPlainName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
