/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Captures the records of the root logger of {@code java.util.logging}. Thread-safe. */
final class LogCapture extends Handler {
  /** The log manager has a strong reference to the root logger only. */
  private static final Logger ROOT = Logger.getLogger("");

  final BoundedLog<Line> lines = new BoundedLog<>();
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
    lines.add(line);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
