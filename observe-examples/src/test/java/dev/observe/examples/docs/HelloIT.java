/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.examples.quickstart.Hello;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The README's program shows the metrics of the README, on the ports that the README names. */
class HelloIT {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void main_hello_isTracedAndCounted() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                Hello.class, Map.of("otel.exporter.otlp.endpoint", receiver.endpoint()))) {
      await().ignoreExceptionsInstanceOf(IOException.class).until(this::hello, "hello\n"::equals);
      hello();
      hello();

      assertThat(get("http://localhost:2112/metrics"))
          .contains(
              "http_server_requests_total{error_type=\"\",http_request_method=\"GET\","
                  + "http_response_status_code=\"200\",http_route=\"/hello\","
                  + "network_protocol_version=\"1.1\",url_scheme=\"http\"} 3.0")
          .contains(
              "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0.0")
          .contains(
              "observe_spans_ended_total{otel_component_name=\"observe_span_pipeline/0\"} 3.0");
      jvm.interrupt();
      receiver.awaitSpans(3);
      assertThat(receiver.spans()).extracting(ReceivedSpan::name).containsOnly("GET /hello");
    }
  }

  private String hello() throws IOException, InterruptedException {
    return get("http://localhost:8080/hello");
  }

  private String get(String uri) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(uri)).version(HttpClient.Version.HTTP_1_1).build(),
            BodyHandlers.ofString())
        .body();
  }
}
