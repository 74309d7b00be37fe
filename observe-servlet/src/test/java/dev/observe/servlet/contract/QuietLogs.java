/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hides the logs of containers, which contain each planned failure. */
final class QuietLogs {
  private static final List<String> CONTAINERS =
      List.of("org.apache.", "io.undertow", "org.xnio", "org.jboss");

  private QuietLogs() {}

  static void on() {
    // By the handlers: Tomcat sets the levels of its loggers itself.
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFilter(QuietLogs::isOurs);
    }
  }

  private static boolean isOurs(LogRecord message) {
    String name = String.valueOf(message.getLoggerName());
    return CONTAINERS.stream().noneMatch(name::startsWith);
  }
}
