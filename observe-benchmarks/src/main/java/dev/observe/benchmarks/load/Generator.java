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
  /** Returns wrk if it is installed, else a generator in Java. */
  static Generator best() {
    return Wrk.isPresent() ? new Wrk() : new SocketGenerator();
  }

  /**
   * Sends requests as fast as the server answers.
   *
   * @throws IOException if one response was not 200
   */
  Load run(URI uri, int connections, Duration duration) throws IOException, InterruptedException;
}
