/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Writes docs/reliability.md. */
final class Page {
  private static final String HEAD =
      """
      # Reliability, compared

      Delivered and lost spans when the collector is unreachable, when a thread is interrupted and when the process ends: our pipeline beside
      OpenTelemetry's `BatchSpanProcessor` with `OtlpHttpSpanExporter` %s ("stock"), both with their defaults unless the
      row names another value. One program measured all rows in one run, one after the other, with the same producer and the same faulty
      collector, each row in its own JVM (`-Xmx512m`).

      %s, JDK %s, %d cores, commit %s.

      **Counts are exact**: each span has a number, and the numbers that the collector received are compared with the produced ones. **Times
      and heap are noisy**: the machine is shared and each row is a single run; heap is the peak of the whole JVM, uncollected garbage included.

      | case | pipeline | produced | arrived | missing | duplicates | lost, as reported | result of the last flush | drained after | heap peak |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private static final String TAIL =
      """

      ## Reading it
      - *For n s*: 3 s with the collector, then n s without it, then 4 s with it again; the producer never pauses. After
        that `flush` is called with a timeout of 20 s, in the other cases of 10 s.
      - *Lost, as reported*: ours by the report of `shutdown`; the stock one's by its metrics, which are off unless it has a
        `MeterProvider`, as here. Empty where a signal ended the process before the value could be read.
      - *Drained after*: from the recovery of the collector until the last span that had ended before it arrived; empty if one never
        arrived.
      - *Queue of 131,072 spans*: `maxQueueSpans(131_072)`, and `setMaxQueueSize` for the stock one. With our default of 65,536 spans
        the rest of an outage of 100,000 spans is dropped, newest first, and counted; the stock default is 2,048.
      - A duplicate is a span that the collector acknowledged twice. After a broken connection it is unknown whether the request
        arrived, so it is sent again.

      ## Measure it yourself
      It takes ten minutes, on an otherwise idle machine:
      ```
      mvn -pl observe-core test -Dtest=PipelineComparison
      ```
      This rewrites the page, and fails if our rows do not keep our promises. It is not part of the build. The outages themselves
      are: `mvn -Plong verify`.
      """;

  private Page() {}

  /** Returns the version of the SDK, which is an attribute of its resource. */
  private static String version() {
    return String.valueOf(
        Resource.getDefault().getAttribute(AttributeKey.stringKey("telemetry.sdk.version")));
  }

  static void write(Path file, List<Row> rows, String commit) throws IOException {
    StringBuilder text =
        new StringBuilder(
            HEAD.formatted(
                version(),
                LocalDate.now(ZoneOffset.UTC),
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors(),
                commit));
    String before = "";
    for (Row row : rows) {
      String title = row.title().equals(before) ? "" : row.title();
      before = row.title();
      text.append(
          "| %s | %s | %,d | %,d | %,d | %,d | %s | %s | %s | %s |%n"
              .formatted(
                  title,
                  row.contender().title(),
                  row.produced(),
                  row.arrived(),
                  row.missing(),
                  row.duplicates(),
                  row.lost(),
                  row.flush(),
                  row.drain(),
                  row.heap()));
    }
    Files.writeString(file, text.append(TAIL));
  }
}
