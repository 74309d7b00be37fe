/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Keeps connections to a server busy, each with one request after the other. */
public interface Generator {
  /** Returns wrk where there is one, or else one of our own. */
  static Generator best() {
    return Wrk.isPresent() ? new Wrk() : new SocketGenerator();
  }

  /**
   * Asks a server for as much as it can give.
   *
   * @throws IOException if one answer was not 200
   */
  Load run(URI uri, int connections, Duration duration) throws IOException, InterruptedException;
}
