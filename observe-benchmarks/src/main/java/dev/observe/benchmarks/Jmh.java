/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs all benchmarks with the same options. */
final class Jmh {
  /** Two JVMs each: results of the compiler differ more between JVMs than within one. */
  private static final int FORKS = 2;

  private static final int WARM_UPS = 4;
  private static final int ITERATIONS = 5;
  private static final TimeValue TIME = TimeValue.milliseconds(500);

  /** With more threads than processors the compiler gets less CPU time, and finishes later. */
  private static final TimeValue CROWDED = TimeValue.seconds(3);

  private Jmh() {}

  /** Runs one benchmark with each combination of parameters; returns the results by name. */
  static Map<String, Measured> run(
      Class<?> benchmark,
      int threads,
      Map<String, List<String>> parameters,
      Function<RunResult, String> name)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName() + "\\.")
            .forks(FORKS)
            .warmupIterations(WARM_UPS)
            .warmupTime(threads > Runtime.getRuntime().availableProcessors() ? CROWDED : TIME)
            .measurementIterations(ITERATIONS)
            .measurementTime(TIME)
            .threads(threads)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class);
    parameters.forEach((key, values) -> options.param(key, values.toArray(new String[0])));
    Collection<RunResult> results = new ArrayList<>(new Runner(options.build()).run());
    Map<String, Measured> measured = new LinkedHashMap<>();
    results.forEach(result -> measured.put(name.apply(result), Measured.of(result)));
    return measured;
  }
}
