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
 * Says what one request did, and fails with what it really did. Each assertion returns this one, so
 * that they can be chained.
 *
 * <p>A container ends a request after the client has its answer. So an assertion that does not hold
 * yet waits for it, until the extension's timeout has passed since the request.
 *
 * <p>For the thread of the test.
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
   * What was there before the request.
   *
   * @param spans how many spans there were
   * @param lines how many lines had been logged
   * @param values what the page showed
   */
  record Mark(int spans, int lines, Map<Sample, Double> values) {}

  /**
   * Asserts that the request made one tree of spans and no other span.
   *
   * @param name of the span at the top, such as {@code GET /orders/*}
   * @param children all the spans beneath it, in any order, each with all of its own
   * @throws AssertionError if it made others; the message shows those that it made
   */
  public RequestAssert hasSpanTree(String name, ExpectedSpan... children) {
    return hasSpanTree(ExpectedSpan.span(name, children));
  }

  /**
   * Asserts that the request made one tree of spans and no other span. A span is at the top if its
   * parent was not made by the request.
   *
   * @param tree the span at the top, with all the spans beneath it
   * @throws AssertionError if it made others; the message shows those that it made
   */
  public RequestAssert hasSpanTree(ExpectedSpan tree) {
    requireNonNull(tree, "tree");
    if (!waiting.until(() -> isOnly(tree, trees()))) {
      throw new AssertionError(
          "Expected the request to make the spans"
              + tree
              + "\nbut it made"
              + RecordedSpan.lines(trees()));
    }
    return this;
  }

  private List<RecordedSpan> trees() {
    return RecordedSpan.trees(session.spans().since(before.spans()));
  }

  private static boolean isOnly(ExpectedSpan expected, List<RecordedSpan> trees) {
    return trees.size() == 1 && expected.matches(trees.get(0));
  }

  /**
   * Asserts by how much the request changed a metric: the difference of two scrapes, summed over
   * the series that have the labels.
   *
   * <p>A change by 0 is asserted of what has changed by now; nothing is waited for.
   *
   * @param metric as the page has it, such as {@code orders_total} or {@code
   *     checkout_seconds_count}
   * @param by the difference; a series that was not there counts as 0
   * @param labels names and values in turn; a series may have others beside them
   * @throws AssertionError if it changed by another amount; the message shows what changed
   * @throws IllegalArgumentException if the last name of a label has no value
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
      return "\nOf that name changed" + list(lines);
    }
    List<String> names =
        changes.keySet().stream()
            .map(Sample::name)
            .filter(name -> !name.endsWith("_bucket"))
            .distinct()
            .toList();
    return "\nNothing of that name changed; what changed is" + list(names);
  }

  /**
   * Asserts that something was logged while the request was made.
   *
   * <p>Seen is what reaches the root logger of {@code java.util.logging}, where {@link
   * System.Logger} goes by default: not what another framework logs without a bridge, nor what a
   * logger's level holds back.
   *
   * @param level exactly this one
   * @param text a part of the message, or of what was thrown with it
   * @throws AssertionError if no such line was logged; the message shows those that were
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
    return session.log().since(before.lines());
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
