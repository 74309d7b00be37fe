/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The records of one scenario: its spans, and the new observations of the histogram. */
final class Records {
  private final List<SpanData> spans;
  private final Map<Labels, Telemetry.Point> gained;

  Records(
      List<SpanData> spans,
      Map<Labels, Telemetry.Point> before,
      Map<Labels, Telemetry.Point> after) {
    this.spans = spans;
    this.gained = since(before, after);
  }

  static Map<Labels, Telemetry.Point> since(
      Map<Labels, Telemetry.Point> before, Map<Labels, Telemetry.Point> after) {
    Map<Labels, Telemetry.Point> gained = new HashMap<>();
    after.forEach(
        (labels, point) -> {
          Telemetry.Point old = before.getOrDefault(labels, new Telemetry.Point(0, 0));
          if (point.count() > old.count()) {
            gained.put(
                labels,
                new Telemetry.Point(
                    point.count() - old.count(), point.sumSeconds() - old.sumSeconds()));
          }
        });
    return gained;
  }

  static long count(Map<Labels, Telemetry.Point> points) {
    return points.values().stream().mapToLong(Telemetry.Point::count).sum();
  }

  /** Returns the differences from the responses that the client received. */
  List<String> against(Scenario scenario, List<Answer> answers, FilterSet set) {
    List<String> wrong = new ArrayList<>();
    if (spans.size() != (set.traces() ? answers.size() : 0)) {
      wrong.add(spans.size() + " spans of " + answers.size() + " requests");
    }
    if (count(gained) != answers.size()) {
      wrong.add(count(gained) + " observations of " + answers.size() + " requests");
    }
    if (!set.traces()) {
      return metricsOnly(scenario, answers, wrong);
    }
    if (set == FilterSet.SERVLET && scenario.servletStatus != 0) {
      return servletOnly(scenario, wrong);
    }
    statuses(answers, spans.stream().map(Telemetry::status).sorted().toList(), wrong);
    for (SpanData span : spans) {
      check(span, scenario, wrong);
    }
    metrics(wrong);
    return wrong;
  }

  /** An outer filter changed the response, so the status of the servlet is accepted as well. */
  private List<String> servletOnly(Scenario scenario, List<String> wrong) {
    for (SpanData span : spans) {
      String status = Telemetry.status(span);
      String error = Telemetry.attribute(span, "error.type");
      if (!status.equals(Integer.toString(scenario.servletStatus))
          && !scenario.statuses.contains(Integer.valueOf(status))) {
        wrong.add("the servlet's status is " + status);
      }
      if (!error.equals(scenario.servletErrorType)) {
        wrong.add("the servlet's error.type is '" + error + "'");
      }
    }
    metrics(wrong);
    return wrong;
  }

  /** Without spans, the series alone must match the responses. */
  private List<String> metricsOnly(Scenario scenario, List<Answer> answers, List<String> wrong) {
    List<String> recorded = new ArrayList<>();
    gained.forEach(
        (labels, point) -> {
          String status = labels.get("http_response_status_code");
          recorded.addAll(Collections.nCopies((int) point.count(), status));
          errorType(labels.get("error_type"), status, scenario, wrong);
          route(labels.get("http_route"), scenario, wrong);
        });
    Collections.sort(recorded);
    statuses(answers, recorded, wrong);
    return wrong;
  }

  private static void statuses(List<Answer> answers, List<String> recorded, List<String> wrong) {
    if (answers.stream().anyMatch(answer -> answer.countsAs() == 0)) {
      return;
    }
    List<String> seen =
        answers.stream().map(answer -> Integer.toString(answer.countsAs())).sorted().toList();
    if (!seen.equals(recorded)) {
      wrong.add("the client saw " + brief(seen) + ", recorded is " + brief(recorded));
    }
  }

  private static Object brief(List<String> statuses) {
    return new HashSet<>(statuses).size() == 1 ? statuses.get(0) : statuses;
  }

  private static void check(SpanData span, Scenario scenario, List<String> wrong) {
    String error = Telemetry.attribute(span, "error.type");
    errorType(error, Telemetry.status(span), scenario, wrong);
    StatusCode expected = error.isEmpty() ? StatusCode.UNSET : StatusCode.ERROR;
    if (span.getStatus().getStatusCode() != expected) {
      wrong.add("span status " + span.getStatus() + " with error.type '" + error + "'");
    }
    if (span.getKind() != SpanKind.SERVER) {
      wrong.add("kind " + span.getKind());
    }
    String route = Telemetry.attribute(span, "http.route");
    route(route, scenario, wrong);
    String method = Telemetry.attribute(span, "http.request.method");
    String word = method.equals("_OTHER") ? "HTTP" : method;
    String name = route.isEmpty() ? word : word + ' ' + route;
    if (!span.getName().equals(name)) {
      wrong.add("the span's name is '" + span.getName() + "' and must be '" + name + "'");
    }
  }

  private static void errorType(
      String error, String status, Scenario scenario, List<String> wrong) {
    Set<String> allowed = scenario.errorTypes(Integer.parseInt('0' + status));
    if (!allowed.contains(error) && (error.isEmpty() || !allowed.contains("*"))) {
      wrong.add("error.type is '" + error + "' and may be " + allowed);
    }
  }

  private static void route(String route, Scenario scenario, List<String> wrong) {
    if (!route.equals(scenario.route)) {
      wrong.add("http.route is '" + route + "' and must be '" + scenario.route + "'");
    }
  }

  /** Each series must match its spans, to the nanosecond. */
  private void metrics(List<String> wrong) {
    Map<Labels, Telemetry.Point> bySpans = new HashMap<>();
    for (SpanData span : spans) {
      double seconds = (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e9;
      bySpans.merge(
          labels(span),
          new Telemetry.Point(1, seconds),
          (a, b) -> new Telemetry.Point(a.count() + b.count(), a.sumSeconds() + b.sumSeconds()));
    }
    if (!bySpans.keySet().equals(gained.keySet())) {
      wrong.add("the spans are " + bySpans + ", the metrics " + gained);
      return;
    }
    bySpans.forEach(
        (labels, point) -> {
          Telemetry.Point metric = gained.get(labels);
          if (metric.count() != point.count()
              || Math.abs(metric.sumSeconds() - point.sumSeconds()) > 1e-9 * point.count()) {
            wrong.add("the spans are " + point + ", the metric " + metric + " of " + labels);
          }
        });
  }

  private static Labels labels(SpanData span) {
    return Labels.of(
        "http_request_method",
        Telemetry.attribute(span, "http.request.method"),
        "http_route",
        Telemetry.attribute(span, "http.route"),
        "http_response_status_code",
        Telemetry.status(span),
        "url_scheme",
        Telemetry.attribute(span, "url.scheme"),
        "error_type",
        Telemetry.attribute(span, "error.type"),
        "network_protocol_version",
        Telemetry.attribute(span, "network.protocol.version"));
  }
}
