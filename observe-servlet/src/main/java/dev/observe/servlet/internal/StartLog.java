/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.ObserveFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line when the filters of an application have started: version, service, filters, and
 * where the results go.
 *
 * <p>Safe for use by any number of threads.
 */
final class StartLog {
  private static final Logger LOGGER = System.getLogger(StartLog.class.getName());

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> filters = new LinkedHashSet<>();
  private final Set<String> destinations = new LinkedHashSet<>();
  private int started;
  private @Nullable String service;

  /**
   * Adds a filter, and logs if it is the last.
   *
   * @param all the number of filters of the application that start
   */
  void started(String filter, ServerTelemetry telemetry, int all) {
    String line;
    lock.lock();
    try {
      filters.add(filter);
      destinations.addAll(telemetry.destinations());
      service = service == null ? telemetry.service() : service;
      started++;
      if (started < all) {
        return;
      }
      line = line();
      filters.clear();
      destinations.clear();
      started = 0;
      service = null;
    } finally {
      lock.unlock();
    }
    LOGGER.log(Level.INFO, line);
  }

  private String line() {
    String version = ObserveFilter.class.getPackage().getImplementationVersion();
    return "observe"
        + (version == null ? "" : " " + version)
        + (service == null ? "" : ": service '" + service + "'")
        + ", "
        + String.join(" and ", filters)
        + ", "
        + String.join(", ", destinations);
  }
}
