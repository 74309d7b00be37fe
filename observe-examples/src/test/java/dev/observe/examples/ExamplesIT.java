/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that make their own traffic, started and stopped as in the README. */
class ExamplesIT {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests made\\.");

  @ParameterizedTest
  @MethodSource("withTraffic")
  void main_interrupted_deliversEveryTraceWhole(String name) {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                Examples.class,
                Map.of(
                    Examples.EXAMPLE,
                    name,
                    "example.ports",
                    "any",
                    "otel.bsp.schedule.delay",
                    "500",
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint()))) {
      jvm.awaitOutput("Ctrl-C");
      receiver.awaitSpans(10);

      jvm.interrupt();

      // 128 + SIGTERM: it ended by itself and was not killed.
      assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(143);
      assertThat(jvm.output())
          .contains("metrics http://127.0.0.1:")
          .doesNotContain("Exception in", "\tat ", "while closing");
      List<ReceivedSpan> spans = receiver.spans();
      Set<String> ids = spans.stream().map(ReceivedSpan::spanId).collect(Collectors.toSet());
      assertThat(spans)
          .allSatisfy(
              span ->
                  assertThat(span.isRoot() || ids.contains(span.parentSpanId()))
                      .as("parent of %s", span)
                      .isTrue());
      Matcher requests = REQUESTS.matcher(jvm.output());
      if (!name.equals("shop")) {
        assertThat(requests.find()).as(jvm.output()).isTrue();
        assertThat(spans.stream().filter(ReceivedSpan::isRoot))
            .hasSize(Integer.parseInt(requests.group(1)));
      }
    }
  }

  @Test
  void main_unknownName_printsTheNames() {
    try (ForkedJvm jvm = ForkedJvm.start(Examples.class, Map.of(Examples.EXAMPLE, "shoop"))) {
      assertThat(jvm.awaitExit()).isEqualTo(1);
      assertThat(jvm.output())
          .isEqualTo(
              "example must be one of "
                  + String.join(", ", Examples.MAINS.keySet())
                  + ", was shoop\n");
    }
  }

  static Set<String> withTraffic() {
    return Examples.MAINS.keySet().stream()
        .filter(name -> !name.equals("tracing") && !name.equals("metrics"))
        .collect(Collectors.toSet());
  }
}
