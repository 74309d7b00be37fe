/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Captures the records of the root logger of {@code java.util.logging}. Thread-safe. */
final class LogCapture extends Handler {
  /** The limit protects the heap in load tests. */
  private static final int MAX_LINES = 10_000;

  /** The log manager has a strong reference to the root logger only. */
  private static final Logger ROOT = Logger.getLogger("");

  private final Object lock = new Object();
  private final List<Line> lines = new ArrayList<>();
  private final SimpleFormatter formatter = new SimpleFormatter();

  /**
   * One record.
   *
   * @param text the formatted message, and the exception if there is one
   */
  record Line(Level level, String logger, String text) {
    @Override
    public String toString() {
      return level + " " + logger + ": " + text;
    }
  }

  void start() {
    ROOT.addHandler(this);
  }

  void stop() {
    ROOT.removeHandler(this);
  }

  @Override
  public void publish(LogRecord logged) {
    String text = formatter.formatMessage(logged);
    Throwable thrown = logged.getThrown();
    String name = logged.getLoggerName();
    Line line =
        new Line(
            logged.getLevel(),
            name == null ? "" : name,
            thrown == null ? text : text + " (" + thrown + ')');
    synchronized (lock) {
      if (lines.size() < MAX_LINES) {
        lines.add(line);
      }
    }
  }

  void clear() {
    synchronized (lock) {
      lines.clear();
    }
  }

  int size() {
    synchronized (lock) {
      return lines.size();
    }
  }

  /** Returns the lines after the first {@code mark} ones. */
  List<Line> since(int mark) {
    synchronized (lock) {
      return List.copyOf(lines.subList(Math.min(mark, lines.size()), lines.size()));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
