/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Collects the logs of Tomcat and observe, and keeps them off the console, until it is closed.
 *
 * <p>Keeps text only: the exception of a record would hold the class loader that must be collected.
 */
final class CapturedLogs implements AutoCloseable {
  private final List<Logger> loggers =
      List.of(Logger.getLogger("org.apache"), Logger.getLogger("dev.observe"));
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          String causes = "";
          for (Throwable e = record.getThrown(); e != null; e = e.getCause()) {
            causes += " <- " + e.getMessage();
          }
          lines.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record) + causes);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  CapturedLogs() {
    loggers.forEach(logger -> logger.setUseParentHandlers(false));
    loggers.forEach(logger -> logger.addHandler(handler));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the lines of level WARNING or SEVERE. */
  List<String> warnings() {
    return lines.stream()
        .filter(line -> line.matches("(?s)(WARNING|SEVERE) .*"))
        // A MetricsServlet ends its response before Tomcat's thread has left the application, which
        // may be undeployed at that moment.
        .filter(line -> !line.contains("started a thread named [http-nio-"))
        .toList();
  }

  @Override
  public void close() {
    loggers.forEach(logger -> logger.removeHandler(handler));
    loggers.forEach(logger -> logger.setUseParentHandlers(true));
  }
}
