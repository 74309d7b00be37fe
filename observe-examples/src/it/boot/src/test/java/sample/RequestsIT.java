/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sample.Sample.Server;

/** Each kind of request has one span and one measurement, with the dependency alone. */
class RequestsIT {
  /** A request, and the status and route that it is recorded with. */
  private record Request(String method, String path, int status, String route) {}

  /** Spring has a pattern for all files, and the container one for all paths. */
  private static final String ANY = "any";

  private static final List<Request> REQUESTS =
      List.of(
          new Request("GET", "/hello/ada", 200, "/hello/{name}"),
          new Request("GET", "/missing/1", 404, ""),
          new Request("POST", "/hello/bob", 405, ANY),
          new Request("GET", "/boom/1", 500, "/boom/{id}"),
          new Request("GET", "/callable/1", 200, "/callable/{id}"),
          new Request("GET", "/future/1", 500, "/future/{id}"),
          new Request("GET", "/events/1", 200, "/events/{id}"),
          new Request("GET", "/style.css", 200, ANY));

  static Stream<Arguments> samples() {
    return Sample.SERVERS.stream()
        .flatMap(server -> Stream.of(Arguments.of(server, false), Arguments.of(server, true)));
  }

  @ParameterizedTest(name = "{0}, security: {1}")
  @MethodSource("samples")
  void request_ofEachKind_hasItsSpanAndItsMeasurement(Server server, boolean security) {
    Map<Request, ReceivedSpan> spans = new LinkedHashMap<>();
    String page;

    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder().server(server).security(security).collector(collector).start()) {
        for (Request request : requests(security)) {
          assertThat(Sample.send(request.method(), sample.uri(request.path())).statusCode())
              .as(request.path())
              .isEqualTo(request.status());
        }
        assertThat(sample.get("/actuator/health").statusCode()).isEqualTo(200);
        collector.awaitSpans(requests(security).size());
        page = sample.page();
      }
      for (ReceivedSpan span : collector.spans()) {
        Request request =
            requests(security).stream()
                .filter(sent -> sent.path().equals(span.attributes().get("url.path")))
                .findAny()
                .orElseThrow(() -> new AssertionError("not sent, or not to be measured: " + span));
        assertThat(spans.put(request, span)).as("second span of " + request).isNull();
      }
    }

    SoftAssertions softly = new SoftAssertions();
    spans.forEach(
        (request, span) -> {
          softly.assertThat(span.kind()).as("%s", request).isEqualTo(SpanKind.SERVER);
          softly
              .assertThat(span.resource())
              .as("%s", request)
              .containsEntry("service.name", "sample shop");
          softly
              .assertThat(span.attributes())
              .as("%s", request)
              .containsEntry("http.response.status_code", (long) request.status());
          String route = (String) span.attributes().getOrDefault("http.route", "");
          if (request.route().equals(ANY)) {
            softly.assertThat(route).as("%s", request).isIn("", "/", "/**");
          } else {
            softly.assertThat(route).as("%s", request).isEqualTo(request.route());
          }
          softly
              .assertThat(span.name())
              .as("%s", request)
              .isEqualTo((request.method() + ' ' + route).trim());
          softly
              .assertThat(counts(page, request, route))
              .as("measurements of %s in %s", request, counts(page))
              .containsExactly("1");
        });
    softly.assertThat(spans.keySet()).containsExactlyInAnyOrderElementsOf(requests(security));
    softly.assertThat(page).doesNotContain("actuator");
    softly.assertAll();
  }

  private static List<Request> requests(boolean security) {
    return Stream.concat(
            REQUESTS.stream(),
            // Spring Security answers before the handler is known.
            Stream.of(
                security
                    ? new Request("GET", "/secret", 401, ANY)
                    : new Request("GET", "/secret", 200, "/secret")))
        .toList();
  }

  private static List<String> counts(String page) {
    return page.lines()
        .filter(line -> line.startsWith("http_server_request_duration_seconds_count{"))
        .toList();
  }

  private static List<String> counts(String page, Request request, String route) {
    return counts(page).stream()
        .filter(line -> line.contains("http_request_method=\"" + request.method() + '"'))
        .filter(line -> line.contains("http_response_status_code=\"" + request.status() + '"'))
        .filter(
            line ->
                route.isEmpty()
                    ? !line.contains("http_route=\"/")
                    : line.contains("http_route=\"" + route + '"'))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }
}
