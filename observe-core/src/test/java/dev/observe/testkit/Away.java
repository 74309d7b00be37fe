/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import dev.observe.testkit.FaultyCollector.Mode;

/** Ways of a collector to be away, after which every span must arrive, and once. */
public enum Away {
  /** Connecting is refused. */
  REFUSED,
  /** Requests are taken and never answered. */
  HANGING,
  /** 503. */
  UNAVAILABLE,
  /** 429 with {@code Retry-After: 1}. */
  THROTTLED,
  /** 502. */
  BAD_GATEWAY,
  /** 504. */
  GATEWAY_TIMEOUT,
  /** The reply ends in its middle. */
  CUTTING;

  /** Makes the collector be away. */
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

  /** Makes it be there again. */
  public void end(FaultyCollector collector) {
    if (this == REFUSED) {
      collector.reopen();
    }
    collector.mode(Mode.OK);
  }
}
