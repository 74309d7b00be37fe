/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.RequestRejectedException;
import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.live.RouteHistory.Counts;
import dev.observe.internal.live.RouteHistory.Route;
import dev.observe.internal.pages.JsonText;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The figures of each screen as JSON. The schema is in docs/live.md. */
final class LiveApi {
  /** The steps that the page calls now: one minute. */
  private static final int NOW = 12;

  private static final int MAX_LISTED = 1_000;
  private static final int MAX_METRICS = 500;

  private final LiveParts parts;
  private final LiveSpans spans;
  private final RouteHistory history;
  private final PipelineHealth health;
  private final ProcessJson process;
  private final InFlightJson inFlight;
  private final InstantSource clock;

  LiveApi(
      LiveParts parts,
      LiveSpans spans,
      RouteHistory history,
      PipelineHealth health,
      InstantSource clock) {
    this.parts = parts;
    this.spans = spans;
    this.history = history;
    this.health = health;
    this.process = new ProcessJson(parts, spans);
    this.inFlight = new InFlightJson(parts.running(), history, clock);
    this.clock = clock;
  }

  /** Returns the JSON of a name, or null if there is none. */
  @Nullable String respond(String name, Query query)
      throws RequestRejectedException, InterruptedException {
    return switch (name) {
      case "overview" -> overview();
      case "routes" -> routes();
      case "route" -> route(query);
      case "traces" -> traces(query);
      case "trace" -> trace(query);
      case "inflight" -> inFlight.requests(begin());
      case "stack" -> inFlight.stack(query, begin());
      case "errors" -> errors();
      case "metrics" -> metrics(query);
      case "process" -> process.write();
      default -> null;
    };
  }

  private JsonText begin() {
    return new JsonText()
        .beginObject()
        .member("time", clock.millis())
        .member("service", parts.service());
  }

  private MetricSnapshots requests() {
    return parts.metrics().apply(RouteHistory.METRIC::equals);
  }

  private String overview() {
    JsonText json = begin();
    Map<Route, Counts> totals = RouteHistory.totals(requests());
    Map<Route, Counts> now = history.recent(NOW);
    Map<Route, Counts> halfHour = history.recent(RouteHistory.STEPS);
    RouteJson.period(json.name("total"), RouteJson.sum(totals), Double.NaN);
    RouteJson.period(json.name("now"), RouteJson.sum(now), history.seconds(NOW));
    RouteJson.period(
        json.name("halfHour"), RouteJson.sum(halfHour), history.seconds(RouteHistory.STEPS));
    json.member("inFlight", parts.running().list().size());
    RouteJson.steps(json.name("steps"), history.steps(null), false);
    RouteJson.ranking(
        json.name("slowest"),
        halfHour,
        Comparator.comparingDouble(
            (Counts counts) -> Double.isNaN(counts.quantile(0.95)) ? 0 : counts.quantile(0.95)));
    RouteJson.ranking(
        json.name("failing"), halfHour, Comparator.comparingLong((Counts counts) -> counts.errors));
    banner(json.name("banner"));
    TraceStore.Sizes sizes = spans.store().sizes();
    json.member("traces", sizes.traces());
    json.member("tracing", spans.hasSource());
    return json.endObject().toString();
  }

  private void banner(JsonText json) {
    String problem = health.message();
    if (problem != null) {
      json.beginObject().member("level", "warning").member("text", problem).endObject();
    } else if (!spans.hasSource()) {
      json.beginObject()
          .member("level", "info")
          .member(
              "text",
              "No traces: tracing is not started with the live page. Set OBSERVE_LIVE=true, or"
                  + " call live() on the builder of the tracing too.")
          .endObject();
    } else {
      json.value((String) null);
    }
  }

  private String routes() {
    JsonText json = begin();
    Map<Route, Counts> totals = RouteHistory.totals(requests());
    Map<Route, Counts> now = history.recent(NOW);
    Map<Route, Counts> halfHour = history.recent(RouteHistory.STEPS);
    double seconds = history.seconds(NOW);
    double halfHourSeconds = history.seconds(RouteHistory.STEPS);
    json.name("routes").beginArray();
    totals.entrySet().stream()
        .sorted(
            Map.Entry.<Route, Counts>comparingByValue(
                    Comparator.comparingLong((Counts counts) -> counts.count))
                .reversed())
        .forEach(
            entry -> {
              RouteJson.routeNames(json.beginObject(), entry.getKey());
              RouteJson.period(json.name("total"), entry.getValue(), Double.NaN);
              RouteJson.period(
                  json.name("now"), now.getOrDefault(entry.getKey(), new Counts()), seconds);
              RouteJson.period(
                  json.name("halfHour"),
                  halfHour.getOrDefault(entry.getKey(), new Counts()),
                  halfHourSeconds);
              json.endObject();
            });
    return json.endArray().endObject().toString();
  }

  private String route(Query query) throws RequestRejectedException {
    String method = query.text("method");
    String path = query.text("route");
    Route route = new Route(method == null ? "" : method, path == null ? "" : path);
    MetricSnapshots metrics = requests();
    Counts total = RouteHistory.totals(metrics).get(route);
    if (total == null) {
      throw new RequestRejectedException(404, "There is no such route.");
    }
    JsonText json = RouteJson.routeNames(begin(), route);
    RouteJson.period(json.name("total"), total, Double.NaN);
    json.name("boundsMs").beginArray();
    for (double bound : RouteHistory.bounds()) {
      json.value(bound * 1e3);
    }
    json.endArray();
    RouteJson.steps(json.name("steps"), history.steps(route), true);
    json.name("exemplars").beginArray();
    for (RouteHistory.Sample sample : RouteHistory.samples(metrics, route)) {
      json.beginObject()
          .member("time", sample.epochMillis())
          .member("durationMs", sample.seconds() * 1e3)
          .member("traceId", sample.traceId())
          .endObject();
    }
    return json.endArray().endObject().toString();
  }

  private String traces(Query query) throws RequestRejectedException {
    TraceFilter filter = new TraceFilter(query);
    int limit = (int) Math.min(MAX_LISTED, query.number("limit", 200));
    Map<String, long[]> matrix = new TreeMap<>();
    Set<String> services = new TreeSet<>();
    List<String> rows = new ArrayList<>();
    int[] matching = {0};
    spans
        .store()
        .map(
            trace -> {
              services.addAll(trace.services());
              if (trace.isComplete()) {
                // The last column counts the failed.
                long[] counts =
                    matrix.computeIfAbsent(
                        trace.name(), added -> new long[LatencyBands.count() + 1]);
                counts[trace.band()]++;
                counts[LatencyBands.count()] += trace.isFailed() ? 1 : 0;
              }
              if (filter.accepts(trace)) {
                matching[0]++;
                if (rows.size() < limit) {
                  rows.add(TraceJson.row(trace));
                }
              }
              return null;
            });
    JsonText json = begin().member("matching", matching[0]);
    json.name("services").beginArray();
    services.forEach(json::value);
    json.endArray();
    json.name("bandsMs").beginArray();
    LatencyBands.bounds().forEach(bound -> json.value(bound));
    json.endArray();
    json.name("matrix").beginArray();
    matrix.forEach(
        (name, counts) -> {
          json.beginObject().member("name", name).name("bands").beginArray();
          for (int i = 0; i < LatencyBands.count(); i++) {
            json.value(counts[i]);
          }
          json.endArray().member("errors", counts[LatencyBands.count()]).endObject();
        });
    json.endArray();
    json.name("traces").beginArray();
    rows.forEach(json::json);
    return json.endArray().endObject().toString();
  }

  private String trace(Query query) throws RequestRejectedException {
    String id = query.text("id");
    TraceStore.Found found = id == null ? null : spans.store().find(id.toLowerCase(Locale.ROOT));
    if (id == null || found == null) {
      throw new RequestRejectedException(404, "The trace is not here, or not any more.");
    }
    return "otlp".equals(query.text("format"))
        ? TraceJson.otlp(found)
        : TraceJson.trace(id.toLowerCase(Locale.ROOT), found, parts.settings().traceUrl());
  }

  private String errors() {
    JsonText json = begin();
    json.name("groups").beginArray();
    for (ErrorGroups.Row row : spans.store().errors().rows()) {
      json.beginObject()
          .member("type", row.type())
          .member("service", row.service())
          .member("where", row.where())
          .member("message", row.message())
          .member("count", row.count())
          .member("first", TraceJson.millis(row.firstEpochNanos()))
          .member("last", TraceJson.millis(row.lastEpochNanos()));
      json.name("traces").beginArray();
      row.traces().forEach(json::value);
      json.endArray().endObject();
    }
    return json.endArray().endObject().toString();
  }

  private String metrics(Query query) throws InterruptedException {
    String name = query.text("name");
    if (name != null) {
      TextPage.Response report = parts.report().respond(List.of(name));
      return report.body();
    }
    String search = query.text("search");
    String wanted = search == null ? "" : search.toLowerCase(Locale.ROOT);
    JsonText json = begin();
    json.name("metrics").beginArray();
    Set<String> names = new HashSet<>();
    for (MetricSnapshot metric : parts.metrics().apply(any -> true)) {
      String metricName = metric.getMetadata().getPrometheusName();
      String help = String.valueOf(metric.getMetadata().getHelp());
      boolean matches =
          metricName.contains(wanted) || help.toLowerCase(Locale.ROOT).contains(wanted);
      if (matches && names.size() < MAX_METRICS && names.add(metricName)) {
        json.beginObject()
            .member("name", metricName)
            .member(
                "type",
                metric.getClass().getSimpleName().replace("Snapshot", "").toLowerCase(Locale.ROOT))
            .member("help", help)
            .member("series", metric.getDataPoints().size())
            .endObject();
      }
    }
    return json.endArray().endObject().toString();
  }

  /** Takes a sample of the requests and of the pipelines, every five seconds. */
  void sample() {
    history.sample(requests(), clock.millis());
    health.sample(parts.pipelines().get(), TimeUnit.MILLISECONDS.toNanos(clock.millis()));
  }
}
