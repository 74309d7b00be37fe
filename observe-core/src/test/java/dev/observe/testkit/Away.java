/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import dev.observe.testkit.FaultyCollector.Mode;

/** Outages of a collector, after which every span must arrive exactly once. */
public enum Away {
  /** Connections are refused. */
  REFUSED,
  /** Requests are read and not answered. */
  HANGING,
  /** 503. */
  UNAVAILABLE,
  /** 429 with {@code Retry-After: 1}. */
  THROTTLED,
  /** 502. */
  BAD_GATEWAY,
  /** 504. */
  GATEWAY_TIMEOUT,
  /** The connection is closed in the middle of the response. */
  CUTTING;

  /** Starts the outage. */
  public void begin(FaultyCollector collector) {
    switch (this) {
      case REFUSED -> collector.refuse();
      case HANGING -> collector.mode(Mode.HANG);
      case UNAVAILABLE -> collector.status(503, "");
      case THROTTLED -> collector.status(429, "1");
      case BAD_GATEWAY -> collector.status(502, "");
      case GATEWAY_TIMEOUT -> collector.status(504, "");
      case CUTTING -> collector.mode(Mode.CUT);
    }
  }

  /** Ends the outage. */
  public void end(FaultyCollector collector) {
    if (this == REFUSED) {
      collector.reopen();
    }
    collector.mode(Mode.OK);
  }
}
