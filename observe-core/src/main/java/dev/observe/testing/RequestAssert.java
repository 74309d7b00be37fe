/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Collectors;

/**
 * Assertions on the spans, metrics and log lines of one request. A failed assertion shows the
 * actual ones. Each assertion returns this object, so that calls can be chained.
 *
 * <p>A container ends a request after the client has received the response. So an assertion waits
 * until it holds, at most until the extension's timeout has passed since the request.
 *
 * <p>For the thread of the test. Every method throws {@link NullPointerException} if an argument is
 * null.
 *
 * @since 0.1
 */
public final class RequestAssert {
  private static final int MAX_SHOWN = 20;

  private final Session session;
  private final Mark before;
  private final Waiting waiting;

  RequestAssert(Session session, Mark before, Waiting waiting) {
    this.session = session;
    this.before = before;
    this.waiting = waiting;
  }

  /**
   * The state before the request.
   *
   * @param spans the number of recorded spans
   * @param lines the number of logged lines
   * @param values the values on the page
   */
  record Mark(int spans, int lines, Map<Sample, Double> values) {}

  /**
   * Asserts that the request created one tree of spans and no other span.
   *
   * @param name of the top span, such as {@code GET /orders/*}
   * @param children all its children, in any order, each with all of its children
   * @throws AssertionError if it created others; the message shows the actual spans
   */
  public RequestAssert hasSpanTree(String name, ExpectedSpan... children) {
    return hasSpanTree(ExpectedSpan.span(name, children));
  }

  /**
   * Asserts that the request created one tree of spans and no other span. The parent of the top
   * span is not a span of the request.
   *
   * @param tree the top span with all spans of the tree
   * @throws AssertionError if it created others; the message shows the actual spans
   */
  public RequestAssert hasSpanTree(ExpectedSpan tree) {
    requireNonNull(tree, "tree");
    if (!waiting.until(() -> isOnly(tree, trees()))) {
      throw new AssertionError(
          "Expected the request to create the spans"
              + tree
              + "\nbut it created"
              + RecordedSpan.lines(trees()));
    }
    return this;
  }

  private List<RecordedSpan> trees() {
    return RecordedSpan.trees(session.spans().all.since(before.spans()));
  }

  private static boolean isOnly(ExpectedSpan expected, List<RecordedSpan> trees) {
    return trees.size() == 1 && expected.matches(trees.get(0));
  }

  /**
   * Asserts the change of a metric by the request: the difference of two scrapes, summed over the
   * series with the labels.
   *
   * <p>A change by 0 holds at once unless the metric has changed already.
   *
   * @param metric the name on the page, such as {@code orders_total} or {@code
   *     checkout_seconds_count}
   * @param by the difference; an absent series counts as 0
   * @param labels alternating names and values; a series may have further labels
   * @throws AssertionError if the change is another; the message shows the actual changes
   * @throws IllegalArgumentException if the last label name has no value
   */
  public RequestAssert changed(String metric, double by, String... labels) {
    requireNonNull(metric, "metric");
    Map<String, String> wanted = Sample.labels(labels);
    if (!waiting.until(() -> isClose(change(changes(), metric, wanted), by))) {
      Map<Sample, Double> changes = changes();
      throw new AssertionError(
          "Expected the request to change "
              + new Sample(metric, wanted)
              + " by "
              + number(by)
              + "\nbut it changed by "
              + number(change(changes, metric, wanted))
              + shown(changes, metric));
    }
    return this;
  }

  private Map<Sample, Double> changes() {
    Map<Sample, Double> now = Scrape.of(session.metrics());
    Map<Sample, Double> changes = new LinkedHashMap<>();
    before.values().forEach((sample, value) -> changes.put(sample, -value));
    now.forEach((sample, value) -> changes.merge(sample, value, Double::sum));
    changes.values().removeIf(change -> change == 0 || change.isNaN());
    return changes;
  }

  private static double change(
      Map<Sample, Double> changes, String metric, Map<String, String> labels) {
    return changes.entrySet().stream()
        .filter(change -> change.getKey().name().equals(metric) && change.getKey().has(labels))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Differences of sums have rounding errors. */
  private static boolean isClose(double actual, double expected) {
    return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  }

  private static String shown(Map<Sample, Double> changes, String metric) {
    List<String> lines =
        changes.entrySet().stream()
            .filter(change -> change.getKey().name().equals(metric))
            .map(change -> change.getKey() + " by " + number(change.getValue()))
            .toList();
    if (!lines.isEmpty()) {
      return "\nChanged series with that name" + list(lines);
    }
    List<String> names =
        changes.keySet().stream()
            .map(Sample::name)
            .filter(name -> !name.endsWith("_bucket"))
            .distinct()
            .toList();
    return "\nNo series with that name changed. Changed metrics" + list(names);
  }

  /**
   * Asserts that a line was logged since the start of the request.
   *
   * <p>The extension captures the records of the root logger of {@code java.util.logging}, which is
   * the default of {@link System.Logger}. It does not capture other frameworks without a bridge,
   * nor records below the level of their logger.
   *
   * @param level exactly this level
   * @param text a part of the message or of the logged exception
   * @throws AssertionError if no such line was logged; the message shows the actual lines
   */
  public RequestAssert logged(Level level, String text) {
    requireNonNull(level, "level");
    requireNonNull(text, "text");
    if (!waiting.until(() -> lines().stream().anyMatch(line -> isLike(line, level, text)))) {
      throw new AssertionError(
          "Expected the request to log "
              + level
              + " \""
              + text
              + "\"\nbut it logged"
              + list(lines().stream().map(LogCapture.Line::toString).toList()));
    }
    return this;
  }

  private List<LogCapture.Line> lines() {
    return session.log().lines.since(before.lines());
  }

  private static boolean isLike(LogCapture.Line line, Level level, String text) {
    return line.level().equals(level) && line.text().contains(text);
  }

  private static String list(List<String> lines) {
    if (lines.isEmpty()) {
      return "\n  nothing";
    }
    List<String> shown = new ArrayList<>(lines.subList(0, Math.min(MAX_SHOWN, lines.size())));
    if (lines.size() > MAX_SHOWN) {
      shown.add("and " + (lines.size() - MAX_SHOWN) + " more");
    }
    return shown.stream().collect(Collectors.joining("\n  ", "\n  ", ""));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
