/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One request through one filter. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestBenchmark {
  /** The measured filter, shared by all threads. */
  @State(Scope.Benchmark)
  public static class Server {
    @Param({"observe"})
    public String subject = "observe";

    @Param({"both-sampled"})
    public String scenario = "both-sampled";

    /** The number of routes of the requests. */
    @Param({"1"})
    public int routes = 1;

    FakeContext context = new FakeContext();
    Scenario parsed = Scenario.parse(scenario);
    Subject measured = new Nothing();

    /** Makes the filter and checks what it records. */
    @Setup
    public void start() throws Exception {
      context = new FakeContext();
      parsed = Scenario.parse(scenario);
      measured = Subjects.create(subject, parsed, context);
      check();
    }

    private void check() throws Exception {
      Exchange exchange = new Exchange(context, "/orders", parsed.parent());
      boolean records = !subject.equals("empty") && !subject.equals("clock");
      long spans = measured.spans();
      double counted = measured.counted();
      for (int i = 0; i < 3; i++) {
        exchange.reset();
        measured.serve(exchange);
      }
      long expectedSpans = records && parsed.sampled() ? 3 : 0;
      double expectedCount = records && parsed.metrics() ? 3 : 0;
      if (exchange.served() != 3
          || measured.spans() - spans != expectedSpans
          || measured.counted() - counted != expectedCount) {
        throw new IllegalStateException(
            subject
                + " "
                + scenario
                + " must record 3 of 3 requests: served "
                + exchange.served()
                + ", spans "
                + (measured.spans() - spans)
                + ", counted "
                + (measured.counted() - counted));
      }
    }
  }

  /** The requests of one thread. */
  @State(Scope.Thread)
  public static class Client {
    Exchange[] exchanges = {};
    private int next;

    /** Makes one request for each route. */
    @Setup
    public void start(Server server) {
      exchanges = new Exchange[server.routes];
      for (int i = 0; i < server.routes; i++) {
        String path = i == 0 ? "/orders" : "/orders" + i;
        exchanges[i] = new Exchange(server.context, path, server.parsed.parent());
      }
    }

    Exchange next() {
      int index = next + 1 == exchanges.length ? 0 : next + 1;
      next = index;
      return exchanges[index];
    }
  }

  /** Serves one request. */
  @Benchmark
  public long serve(Server server, Client client) throws Exception {
    Exchange exchange = client.next();
    exchange.reset();
    server.measured.serve(exchange);
    return exchange.served();
  }

  /** Placeholder until the filter is made. */
  private static final class Nothing implements Subject {
    @Override
    public void serve(Exchange exchange) {}

    @Override
    public long spans() {
      return 0;
    }

    @Override
    public double counted() {
      return 0;
    }
  }
}
