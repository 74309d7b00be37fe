/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Collects the messages of our loggers at any level, until it is closed. */
public final class LogLines extends Handler implements AutoCloseable {
  // The LogManager holds loggers weakly.
  private final Logger ours = Logger.getLogger("dev.observe");
  private final Level levelBefore = ours.getLevel();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines() {}

  static LogLines ofOurs() {
    LogLines lines = new LogLines();
    lines.ours.setLevel(Level.ALL);
    lines.ours.setUseParentHandlers(false);
    lines.ours.addHandler(lines);
    return lines;
  }

  public List<String> lines() {
    return lines;
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(new SimpleFormatter().formatMessage(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ours.removeHandler(this);
    ours.setUseParentHandlers(true);
    ours.setLevel(levelBefore);
  }
}
