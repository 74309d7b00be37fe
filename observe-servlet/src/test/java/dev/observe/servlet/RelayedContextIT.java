/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.client.ObservedHttpClient;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C trace context through a service that receives a request and sends one by our client. */
class RelayedContextIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
          .build();
  private final HttpClient client = HttpClient.newHttpClient();
  private EmbeddedTomcat tomcat;

  @BeforeEach
  void start() {
    tomcat =
        new EmbeddedTomcat("")
            .initialise(ObserveFilter.create(sdk, new PrometheusRegistry())::addTo)
            .servlet(new Relay(ObservedHttpClient.wrap(client, sdk)), "/relay")
            .servlet(new Echo(), "/echo")
            .start();
  }

  @AfterEach
  void stop() {
    tomcat.close();
    sdk.close();
  }

  /** Calls the echo and responds with its response. */
  private static final class Relay extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient HttpClient client;

    Relay(HttpClient client) {
      this.client = client;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      URI echo = URI.create("http://127.0.0.1:" + request.getLocalPort() + "/echo");
      try {
        response
            .getWriter()
            .print(
                client.send(HttpRequest.newBuilder(echo).build(), BodyHandlers.ofString()).body());
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  /** Responds with the trace context headers of the request. */
  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      for (String name : List.of("traceparent", "tracestate", "baggage")) {
        for (String value : Collections.list(request.getHeaders(name))) {
          response.getWriter().println(name + "=" + value);
        }
      }
    }
  }

  private Map<String, String> passedOn(String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(tomcat.uri("/relay"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    Map<String, String> passed = new TreeMap<>();
    client
        .send(request.build(), BodyHandlers.ofString())
        .body()
        .lines()
        .forEach(
            line ->
                passed.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return passed;
  }

  @Test
  void relay_validContext_continuesTheTraceWithANewParent() throws Exception {
    Map<String, String> passed =
        passedOn("traceparent", PARENT, "tracestate", "a=1,b=2", "baggage", "user=7");

    assertThat(passed.get("traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-0[13]");
    assertThat(passed.get("traceparent")).doesNotContain("b7ad6b7169203331");
    assertThat(passed).containsEntry("tracestate", "a=1,b=2").containsEntry("baggage", "user=7");
    assertThat(spans.getFinishedSpanItems())
        .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
  }

  @Test
  void relay_notSampled_staysNotSampled() throws Exception {
    Map<String, String> passed = passedOn("traceparent", PARENT.replace("-01", "-00"));

    assertThat(passed.get("traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-00");
    assertThat(spans.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void relay_higherVersion_isReadAsVersion00() throws Exception {
    Map<String, String> passed = passedOn("traceparent", "cc" + PARENT.substring(2) + "-what");

    assertThat(passed.get("traceparent")).startsWith("00-" + TRACE + "-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "junk"
      })
  void relay_invalidTraceparent_startsANewTrace(String traceparent) throws Exception {
    Map<String, String> passed = passedOn("traceparent", traceparent, "tracestate", "a=1");

    assertThat(passed.get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    assertThat(passed.get("traceparent")).doesNotContain(TRACE);
    assertThat(passed).doesNotContainKey("tracestate");
  }

  @Test
  void relay_tooLongTracestate_isDroppedAndTheTraceContinues() throws Exception {
    Map<String, String> passed =
        passedOn("traceparent", PARENT, "tracestate", "a=" + "x".repeat(520));

    assertThat(passed.get("traceparent")).startsWith("00-" + TRACE + "-");
    assertThat(passed).doesNotContainKey("tracestate");
  }

  @Test
  void relay_largeBaggage_isBounded() throws Exception {
    String[] headers = new String[80];
    for (int i = 0; i < headers.length; i += 2) {
      headers[i] = "baggage";
      headers[i + 1] = "k" + i + "=" + "x".repeat(500);
    }

    Map<String, String> passed = passedOn(headers);

    assertThat(passed.get("baggage")).hasSizeBetween(7_000, 8_192);
  }
}
