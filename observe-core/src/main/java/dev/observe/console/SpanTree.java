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

/** Orders the spans of a trace as a tree. */
final class SpanTree {
  private static final Comparator<ConsoleSpan> BY_START =
      Comparator.comparingLong(ConsoleSpan::startEpochNanos);

  private final Map<String, List<ConsoleSpan>> childrenByParent = new HashMap<>();
  private final Set<ConsoleSpan> placed = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();

  private SpanTree() {}

  /** A span and the number of spans above it. */
  record Node(ConsoleSpan span, int depth) {}

  /** Returns every span once: parents before their children, siblings by their start. */
  static List<Node> of(List<ConsoleSpan> spans) {
    SpanTree tree = new SpanTree();
    for (ConsoleSpan span : spans) {
      tree.childrenByParent.computeIfAbsent(span.parentSpanId(), id -> new ArrayList<>()).add(span);
    }
    tree.placeAll(tops(spans), 0);
    // Forged ids can form a cycle without a top span; its spans are printed too.
    tree.placeAll(spans, 0);
    return tree.nodes;
  }

  /** Returns the spans whose parent is not in the list. */
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
