/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W3C trace context through a service that receives a call and makes one. */
@Tag("container")
class TraceContextIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  private final Telemetry telemetry = new Telemetry();

  static Stream<ContainerKind> containers() {
    return ContainerKind.available().stream();
  }

  @ParameterizedTest
  @MethodSource("containers")
  void traceparent_valid_isContinued(ContainerKind container) throws IOException {
    try (TestServer server = start(container)) {
      Answer answer =
          call(server, "traceparent: 00-" + TRACE + "-" + PARENT + "-01", "tracestate: a=1,b=2");

      SpanData span = onlySpan();
      assertThat(span.getTraceId()).isEqualTo(TRACE);
      assertThat(span.getParentSpanId()).isEqualTo(PARENT);
      assertThat(answer.header("Sent-traceparent"))
          .isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
      assertThat(answer.header("Sent-tracestate")).isEqualTo("a=1,b=2");
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void tracestate_inTwoHeaders_isJoined(ContainerKind container) throws IOException {
    try (TestServer server = start(container)) {
      Answer answer =
          call(
              server,
              "traceparent: 00-" + TRACE + "-" + PARENT + "-01",
              "tracestate: a=1",
              "tracestate: b=2");

      assertThat(onlySpan().getTraceId()).isEqualTo(TRACE);
      assertThat(answer.header("Sent-tracestate")).isIn("a=1,b=2", "a=1");
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void traceparent_notSampled_staysNotSampled(ContainerKind container) throws IOException {
    try (TestServer server = start(container)) {
      Answer answer = call(server, "traceparent: 00-" + TRACE + "-" + PARENT + "-00");

      assertThat(answer.header("Sent-traceparent")).startsWith("00-" + TRACE + "-").endsWith("-00");
      await().until(() -> Records.count(telemetry.durations()) == 1);
      assertThat(telemetry.spans()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void traceparent_notValid_startsANewTrace(ContainerKind container) throws IOException {
    for (String value :
        new String[] {
          "00-" + TRACE + "-" + PARENT,
          "00-00000000000000000000000000000000-" + PARENT + "-01",
          "00-" + TRACE + "-0000000000000000-01",
          "ff-" + TRACE + "-" + PARENT + "-01",
          "00-" + TRACE.toUpperCase(java.util.Locale.ROOT) + "-" + PARENT + "-01",
          "00-" + TRACE + "-" + PARENT + "-01-more",
          "junk".repeat(1_000)
        }) {
      telemetry.forgetSpans();
      try (TestServer server = start(container)) {
        Answer answer = call(server, "traceparent: " + value, "tracestate: a=1");

        SpanData span = onlySpan();
        assertThat(span.getTraceId()).isNotEqualTo(TRACE);
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(answer.header("Sent-traceparent")).contains(span.getTraceId());
        assertThat(answer.header("Sent-tracestate")).isEmpty();
      }
    }
  }

  private TestServer start(ContainerKind container) {
    App app = App.at("");
    FilterSet.ALONE.addTo(app, telemetry, EnumSet.of(DispatcherType.REQUEST));
    return container.start(app.servlet("service", new Caller(telemetry), "/*"));
  }

  private static Answer call(TestServer server, String... headers) throws IOException {
    try (Wire wire = Wire.connect(server.port())) {
      wire.send(
          "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n");
      return wire.read();
    }
  }

  private SpanData onlySpan() {
    await().until(() -> !telemetry.spans().isEmpty());
    assertThat(telemetry.spans()).hasSize(1);
    return telemetry.spans().get(0);
  }

  /** Responds with the headers of a call to the next service. */
  private static final class Caller extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient Telemetry telemetry;

    Caller(Telemetry telemetry) {
      this.telemetry = telemetry;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      telemetry
          .openTelemetry()
          .getPropagators()
          .getTextMapPropagator()
          .inject(
              Context.current(),
              response,
              (carrier, name, value) -> carrier.setHeader("Sent-" + name, value));
    }
  }
}
