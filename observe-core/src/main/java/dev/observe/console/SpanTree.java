/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the spans of a trace in the order and depth of a tree. */
final class SpanTree {
  private static final Comparator<ConsoleSpan> BY_START =
      Comparator.comparingLong(ConsoleSpan::startEpochNanos);

  private final Map<String, List<ConsoleSpan>> childrenByParent = new HashMap<>();
  private final Set<ConsoleSpan> placed = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();

  private SpanTree() {}

  /** A span and the number of spans above it. */
  record Node(ConsoleSpan span, int depth) {}

  /** Every span once, parents before their children, earlier ones first. */
  static List<Node> of(List<ConsoleSpan> spans) {
    SpanTree tree = new SpanTree();
    for (ConsoleSpan span : spans) {
      tree.childrenByParent.computeIfAbsent(span.parentSpanId(), id -> new ArrayList<>()).add(span);
    }
    tree.placeAll(tops(spans), 0);
    // Only forged ids can make a circle, in which no span is a top; it must be seen all the same.
    tree.placeAll(spans, 0);
    return tree.nodes;
  }

  /** The spans whose parent is not among them. */
  static List<ConsoleSpan> tops(List<ConsoleSpan> spans) {
    Set<String> ids = new HashSet<>();
    spans.forEach(span -> ids.add(span.spanId()));
    return spans.stream().filter(span -> !ids.contains(span.parentSpanId())).toList();
  }

  private void placeAll(List<ConsoleSpan> spans, int depth) {
    for (ConsoleSpan span : spans.stream().sorted(BY_START).toList()) {
      if (placed.add(span)) {
        nodes.add(new Node(span, depth));
        placeAll(childrenByParent.getOrDefault(span.spanId(), List.of()), depth + 1);
      }
    }
  }
}
