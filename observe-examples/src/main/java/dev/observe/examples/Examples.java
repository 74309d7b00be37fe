/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples;

import dev.observe.examples.courseware.Courses;
import dev.observe.examples.metrics.MetricsExample;
import dev.observe.examples.myevents.MyEvents;
import dev.observe.examples.orders.Orders;
import dev.observe.examples.raft.Raft;
import dev.observe.examples.shop.Shop;
import dev.observe.examples.slowquery.SlowQuery;
import dev.observe.examples.tracing.TracingExample;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Runs the example that the system property {@value #EXAMPLE} names, by default the shop.
 *
 * @since 0.1
 */
public final class Examples {
  static final String EXAMPLE = "example";

  /** The main method of each example, by the name of its package. */
  static final SortedMap<String, Main> MAINS =
      new TreeMap<>(
          Map.of(
              "courseware", Courses::main,
              "metrics", MetricsExample::main,
              "myevents", MyEvents::main,
              "orders", Orders::main,
              "raft", Raft::main,
              "shop", Shop::main,
              "slowquery", SlowQuery::main,
              "tracing", TracingExample::main));

  private Examples() {}

  /** The main method of an example. */
  @FunctionalInterface
  interface Main {
    void run(String[] args) throws Exception;
  }

  /**
   * Runs the example.
   *
   * @param args passed to the example
   * @throws Exception if the example fails
   */
  public static void main(String[] args) throws Exception {
    String name = System.getProperty(EXAMPLE, "shop");
    Main example = MAINS.get(name);
    if (example == null) {
      System.err.println(
          EXAMPLE + " must be one of " + String.join(", ", MAINS.keySet()) + ", was " + name);
      System.exit(1);
      return;
    }
    example.run(args);
  }
}
