/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span that a test expects, with exactly the expected children, in any order.
 *
 * <pre>{@code
 * span("GET /orders/{id}", child("SELECT").attribute("db.system.name", "h2")).kind(SERVER)
 * }</pre>
 *
 * <p>Immutable: each method that adds a condition returns a new span.
 *
 * @since 0.1
 */
public final class ExpectedSpan {
  private final String name;
  private final List<ExpectedSpan> children;
  private final @Nullable SpanKind kind;
  private final boolean failed;
  private final Map<String, String> attributes;

  private ExpectedSpan(
      String name,
      List<ExpectedSpan> children,
      @Nullable SpanKind kind,
      boolean failed,
      Map<String, String> attributes) {
    this.name = requireNonNull(name, "name");
    this.children = List.copyOf(children);
    this.kind = kind;
    this.failed = failed;
    this.attributes = attributes;
  }

  /**
   * Returns a span with a name, of any kind, with any attributes.
   *
   * @param children all children; without an argument, the span must have none
   */
  public static ExpectedSpan span(String name, ExpectedSpan... children) {
    return new ExpectedSpan(name, List.of(children), null, false, Map.of());
  }

  /** Returns the same as {@link #span}, with a name that reads well inside another span. */
  public static ExpectedSpan child(String name, ExpectedSpan... children) {
    return span(name, children);
  }

  /** Returns a span that must also have a kind. */
  public ExpectedSpan kind(SpanKind kind) {
    return new ExpectedSpan(name, children, requireNonNull(kind, "kind"), failed, attributes);
  }

  /** Returns a span that must also have the status {@code ERROR}. */
  public ExpectedSpan failed() {
    return new ExpectedSpan(name, children, kind, true, attributes);
  }

  /**
   * Returns a span that must also have an attribute; further attributes are allowed.
   *
   * @param key such as {@code http.response.status_code}
   * @param value compared as text: 200 equals {@code "200"}
   */
  public ExpectedSpan attribute(String key, Object value) {
    Map<String, String> more = new LinkedHashMap<>(attributes);
    more.put(requireNonNull(key, "key"), requireNonNull(value, "value").toString());
    return new ExpectedSpan(name, children, kind, failed, more);
  }

  boolean matches(RecordedSpan span) {
    return matchesItself(span.data()) && allMatch(children, span.children());
  }

  private boolean matchesItself(SpanData data) {
    if (!data.getName().equals(name)
        || (kind != null && data.getKind() != kind)
        || (failed && data.getStatus().getStatusCode() != StatusCode.ERROR)) {
      return false;
    }
    Map<String, String> actual = new LinkedHashMap<>();
    data.getAttributes()
        .forEach((AttributeKey<?> key, Object value) -> actual.put(key.getKey(), value.toString()));
    return actual.entrySet().containsAll(attributes.entrySet());
  }

  /** Matches each expected span with its own actual span, in any order, by backtracking. */
  private static boolean allMatch(List<ExpectedSpan> expected, List<RecordedSpan> actual) {
    if (expected.size() != actual.size()) {
      return false;
    }
    if (expected.isEmpty()) {
      return true;
    }
    List<ExpectedSpan> others = expected.subList(1, expected.size());
    for (int i = 0; i < actual.size(); i++) {
      if (expected.get(0).matches(actual.get(i))) {
        List<RecordedSpan> left = new ArrayList<>(actual);
        left.remove(i);
        if (allMatch(others, left)) {
          return true;
        }
      }
    }
    return false;
  }

  private void appendTo(StringBuilder lines, String margin) {
    lines.append(margin).append(name);
    List<String> conditions = new ArrayList<>();
    if (kind != null) {
      conditions.add(kind.toString());
    }
    if (failed) {
      conditions.add("failed");
    }
    if (!conditions.isEmpty()) {
      lines.append(" (").append(String.join(", ", conditions)).append(')');
    }
    if (!attributes.isEmpty()) {
      lines.append(' ').append(attributes);
    }
    children.forEach(child -> child.appendTo(lines, margin + "  "));
  }

  /** Returns the tree as indented lines. */
  @Override
  public String toString() {
    StringBuilder lines = new StringBuilder();
    appendTo(lines, "\n  ");
    return lines.toString();
  }
}
