/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealJaeger;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoursesIT {
  @Test
  void calls_overHttpAndGrpc_areOneTraceEach() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      callAll(receiver.endpoint());

      List<ReceivedSpan> roots = receiver.spans().stream().filter(ReceivedSpan::isRoot).toList();
      assertThat(roots).hasSize(6);
      assertThat(services(receiver, "POST /users", 200)).containsExactly("user-api", "user-rpc");
      assertThat(services(receiver, "POST /users", 401)).containsExactly("user-api", "user-rpc");
      assertThat(services(receiver, "GET /users", 200)).containsExactly("user-api", "user-rpc");
      assertThat(services(receiver, "GET /coursewares/{id}", 200))
          .containsExactly("courseware-api", "courseware-rpc");
      assertThat(services(receiver, "GET /coursewares/{id}", 404))
          .containsExactly("courseware-api", "courseware-rpc");
      // Refused by the API: nothing behind it is called.
      assertThat(services(receiver, "GET /coursewares/{id}", 401))
          .containsExactly("courseware-api");
    }
  }

  @Test
  void failedCall_client_hasItsStatus() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      callAll(receiver.endpoint());

      assertThat(receiver.spans())
          .filteredOn(
              span ->
                  span.kind() == SpanKind.CLIENT
                      && span.name().equals("courseware.Coursewares/FindCourseware"))
          .extracting(ReceivedSpan::statusCode)
          .containsExactlyInAnyOrder(StatusCode.UNSET, StatusCode.ERROR);
    }
  }

  @Test
  void calls_inARealJaeger_areOneTraceWithBothServices() throws IOException {
    try (RealJaeger jaeger = RealJaeger.start()) {
      callAll(jaeger.endpoint());

      for (String area : List.of("user", "courseware")) {
        List<RealJaeger.Span> spans =
            jaeger.awaitSpans(
                area + "-rpc",
                found -> found.stream().anyMatch(span -> span.service().equals(area + "-api")));
        assertThat(spans)
            .filteredOn(span -> span.parentSpanId().isEmpty())
            .isNotEmpty()
            .allSatisfy(
                root -> {
                  assertThat(root.service()).isEqualTo(area + "-api");
                  assertThat(spans)
                      .filteredOn(span -> span.traceId().equals(root.traceId()))
                      .extracting(RealJaeger.Span::service)
                      .containsExactlyInAnyOrder(area + "-api", area + "-api", area + "-rpc");
                });
      }
    }
  }

  private static void callAll(String endpoint) throws IOException {
    try (SystemProperties properties =
            SystemProperties.set(
                Map.of("example.ports", "any", "otel.exporter.otlp.endpoint", endpoint));
        Sample sample = Sample.create(ConsoleSpanExporter.create())) {
      Courses courses = Courses.start(sample);
      HttpResponse<String> login =
          sample.send("POST", courses.users().resolve("/users"), "ann:secret");
      assertThat(login.statusCode()).isEqualTo(200);
      String[] header = {"Authorization", "Bearer " + login.body().strip()};

      assertThat(sample.send("POST", courses.users().resolve("/users"), "ann:wrong").statusCode())
          .isEqualTo(401);
      assertThat(sample.send("GET", courses.users().resolve("/users"), "", header).body())
          .isEqualTo("ann\n");
      assertThat(courseware(sample, courses, "c1", header).body()).isEqualTo("tracing\n");
      assertThat(courseware(sample, courses, "c2", header).statusCode()).isEqualTo(404);
      assertThat(courseware(sample, courses, "c1", "Authorization", "Bearer a.b.c").statusCode())
          .isEqualTo(401);
    }
  }

  private static HttpResponse<String> courseware(
      Sample sample, Courses courses, String id, String... header) throws IOException {
    return sample.send("GET", courses.coursewares().resolve("/coursewares/" + id), "", header);
  }

  /** Returns the services in the trace of that request, in order and each once. */
  private static List<String> services(OtlpReceiver receiver, String name, long status) {
    ReceivedSpan root =
        receiver.spans().stream()
            .filter(ReceivedSpan::isRoot)
            .filter(span -> span.name().equals(name))
            .filter(
                span ->
                    Long.valueOf(status).equals(span.attributes().get("http.response.status_code")))
            .findFirst()
            .orElseThrow();
    List<ReceivedSpan> trace = receiver.trace(root.traceId());
    assertThat(trace).hasSize(trace.size() > 1 ? 3 : 1);
    return trace.stream().map(ReceivedSpan::serviceName).distinct().sorted().toList();
  }
}
