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

/** docs/reliability.md, of which all is written here. */
final class Page {
  private static final String HEAD =
      """
      # Reliability, compared

      What becomes of spans when the collector is away, when a thread is interrupted and when the process ends: our pipeline beside
      OpenTelemetry's own `BatchSpanProcessor` with `OtlpHttpSpanExporter` %s ("stock"), both with their defaults unless the
      row says otherwise. One program measured all rows in one run, one after the other, with the same producer and the same faulty
      collector, each row in a JVM of its own (`-Xmx512m`).

      %s, JDK %s, %d cores, commit %s.

      **Counts are exact**: each span carries a number, and the collector's set of numbers is compared with what was produced. **Times
      and heap are noisy**: the machine is shared and they are those of a single run; heap is what the whole JVM used at its peak,
      garbage that was not collected yet included.

      | case | pipeline | produced | arrived | missing | duplicates | lost, as it says itself | last flush said | drained after | heap peak |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private static final String TAIL =
      """

      ## Reading it
      - *For n s*: 3 s with the collector, then n s without it, then 4 s with it again; the producer goes on all the time. After
        that `flush` is called with 20 s to spare, in the other cases with 10 s.
      - *Lost, as it says itself*: ours by the report of `close`; the stock one's by its metrics, which are off unless it is given a
        `MeterProvider`, as it was here. Empty where a signal ended the process before anybody could ask.
      - *Drained after*: from the moment the collector was back until the last span that had ended before that moment arrived, if it
        ever did.
      - *Queue of 131,072 spans*: `maxQueueSpans(131_072)`, and `setMaxQueueSize` for the stock one. With our default of 65,536 spans
        the rest of an outage of 100,000 spans is dropped, newest first, and counted; the stock default is 2,048.
      - A duplicate is a span that the collector acknowledged twice. After a broken connection nobody can know whether a request
        arrived, so it is sent again.

      ## Measure it yourself
      Ten minutes, on a machine that does nothing else:
      ```
      mvn -pl observe-core test -Dtest=PipelineComparison
      ```
      This writes the page anew, and fails if our rows do not keep our promises. It is not part of the build. The outages themselves
      are: `mvn -Plong verify`.
      """;

  private Page() {}

  /** The version of the SDK, as it tells every backend. */
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
