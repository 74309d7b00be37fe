/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.pipeline.Receiving;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The receiver of spans, in a separate JVM so that its CPU time is not counted as the sender's. */
record Receiver(Child child, Receiving receiving) implements AutoCloseable {
  static Receiver start(Users users) throws IOException, InterruptedException {
    Child child =
        Child.start(
            List.of("-Xmx128m"),
            users.classes(List.of()),
            dev.observe.benchmarks.pipeline.Receiver.class);
    return new Receiver(child, Receiving.parse(child.await(Receiving.LISTENING)));
  }

  /**
   * Returns how many spans of {@code name} arrived, after waiting up to 10 s for {@code expected}.
   */
  long delivered(String name, long expected) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    long count = receiving.count(name);
    while (count < expected && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(200);
      count = receiving.count(name);
    }
    return count;
  }

  @Override
  public void close() {
    child.close();
  }
}
