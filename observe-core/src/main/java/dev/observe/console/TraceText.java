/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Formats a trace as text: its id, then a line for each span under its parent. */
final class TraceText {
  /** Deeper spans are not indented further, so that their text stays visible. */
  private static final int MAX_DEPTH = 30;

  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String FAINT = "\u001b[2m";

  private final boolean colour;
  private final String micros;

  /**
   * @param micros the unit of microseconds that the output can encode
   */
  TraceText(boolean colour, String micros) {
    this.colour = colour;
    this.micros = micros;
  }

  String of(TraceAssembler.Trace trace) {
    int serviceWidth =
        trace.spans().stream().mapToInt(span -> span.service().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    text.append(coloured(BOLD, "trace " + trace.traceId()));
    if (trace.cutShort()) {
      text.append(" (incomplete: more than ")
          .append(TraceAssembler.MAX_SPANS)
          .append(" spans were waiting)");
    }
    text.append('\n');
    List<SpanTree.Node> nodes = SpanTree.of(trace.spans());
    for (SpanTree.Node node : nodes) {
      appendLine(text, node, serviceWidth);
    }
    return text.append('\n').toString();
  }

  private void appendLine(StringBuilder text, SpanTree.Node node, int serviceWidth) {
    ConsoleSpan span = node.span();
    text.append("  ").append(span.service());
    text.append(" ".repeat(serviceWidth - span.service().length()));
    text.append(String.format(Locale.ROOT, "%9s  ", duration(span.durationNanos())));
    text.append("  ".repeat(Math.min(node.depth(), MAX_DEPTH)));
    text.append(span.failed() ? coloured(RED, span.name()) : span.name());
    if (!span.kind().isEmpty()) {
      text.append(coloured(FAINT, " (" + span.kind() + ")"));
    }
    text.append("  ").append(span.failed() ? coloured(RED, span.outcome()) : span.outcome());
    if (node.depth() == 0 && !span.isRoot()) {
      String where = span.remoteParent() ? "called from span " : "inside unfinished span ";
      text.append(coloured(FAINT, "  [" + where + span.parentSpanId() + "]"));
    }
    text.append('\n');
  }

  /** Returns at most three digits, with the largest unit that gives at least 1. */
  private String duration(long nanos) {
    if (nanos < TimeUnit.MILLISECONDS.toNanos(1)) {
      return number(nanos / 1e3) + " " + micros;
    }
    if (nanos < TimeUnit.SECONDS.toNanos(1)) {
      return number(nanos / 1e6) + " ms";
    }
    return number(nanos / 1e9) + " s";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private String coloured(String code, String text) {
    return colour ? code + text + RESET : text;
  }
}
