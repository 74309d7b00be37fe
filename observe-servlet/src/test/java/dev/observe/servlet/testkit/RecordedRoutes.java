/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.ThrowingRunnable;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObserveFilterBuilder;
import dev.observe.servlet.RequestMetricsFilter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends requests to an application of a framework, and returns the names of their spans. */
public final class RecordedRoutes implements AutoCloseable {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpClient client = HttpClient.newHttpClient();

  /** Returns a new filter whose records are read here. */
  public ObserveFilter filter() {
    return builder().build();
  }

  public ObserveFilterBuilder builder() {
    return ObserveFilter.builder(sdk, registry);
  }

  /** Returns a new filter without spans, whose routes are read here. */
  public RequestMetricsFilter metricsFilter() {
    return RequestMetricsFilter.create(registry);
  }

  /** Sends a GET for each path to a port of this machine; checks that metrics have the routes. */
  public Map<String, String> names(int port, String contextPath, String... paths) throws Exception {
    Map<String, String> names = new LinkedHashMap<>();
    for (String path : paths) {
      URI uri = URI.create("http://127.0.0.1:" + port + contextPath + path);
      SpanData span =
          spanOf(
              path,
              () -> client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()));
      names.put(path, span.getName());
      String route = span.getAttributes().get(AttributeKey.stringKey("http.route"));
      await().untilAsserted(() -> assertThat(routes()).contains(route == null ? "" : route));
    }
    return names;
  }

  /** Returns the name of the span of one request. */
  public <E extends Exception> String name(String path, ThrowingRunnable<E> request) throws E {
    return spanOf(path, request).getName();
  }

  private <E extends Exception> SpanData spanOf(String path, ThrowingRunnable<E> request) throws E {
    spans.reset();
    request.run();
    return await()
        .alias("a span of " + path)
        .until(spans::getFinishedSpanItems, items -> items.size() == 1)
        .get(0);
  }

  /** Returns the names of all spans since the last call of another method. */
  public List<String> names() {
    return spans.getFinishedSpanItems().stream().map(SpanData::getName).toList();
  }

  /** Returns the routes of all metrics. */
  public Set<String> routes() {
    return registry.scrape("http_server_request_duration_seconds"::equals).stream()
        .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
        .map(point -> point.getLabels().get("http_route"))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    sdk.close();
  }
}
