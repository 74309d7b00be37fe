/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RealJaegerTest {
  /** The shape of an answer as the Jaeger documentation shows it. */
  @Test
  void spansOf_parentServiceAndTags() {
    List<RealJaeger.Span> spans =
        RealJaeger.spansOf(
            Json.parse(
                """
                {"data": [{"traceID": "t1",
                  "spans": [
                    {"traceID": "t1", "spanID": "s1", "operationName": "outside",
                     "references": [], "processID": "p1",
                     "tags": [{"key": "sleep", "type": "string", "value": "done"}]},
                    {"traceID": "t1", "spanID": "s2", "operationName": "inside",
                     "references": [{"refType": "CHILD_OF", "traceID": "t1", "spanID": "s1"}],
                     "processID": "p2", "tags": []}],
                  "processes": {"p1": {"serviceName": "shop"}, "p2": {"serviceName": "stock"}}}],
                 "errors": null}
                """));

    assertThat(spans)
        .containsExactly(
            new RealJaeger.Span("t1", "s1", "", "outside", "shop", Map.of("sleep", "done")),
            new RealJaeger.Span("t1", "s2", "s1", "inside", "stock", Map.of()));
  }
}
