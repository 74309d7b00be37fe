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
import dev.observe.internal.request.RunningRequests.Running;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The figures of each screen as JSON. The schema is in docs/live.md. */
final class LiveApi {
  /** The steps that the page calls now: one minute. */
  private static final int NOW = 12;

  private static final int MAX_LISTED = 1_000;
  private static final int MAX_METRICS = 500;
  private static final int TOP = 5;

  private final LiveParts parts;
  private final LiveSpans spans;
  private final RouteHistory history;
  private final PipelineHealth health;
  private final ProcessJson process;
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
      case "inflight" -> inFlight();
      case "stack" -> stack(query);
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

  private static void percentiles(JsonText json, Counts counts) {
    json.member("p50Ms", counts.quantile(0.5) * 1e3)
        .member("p95Ms", counts.quantile(0.95) * 1e3)
        .member("p99Ms", counts.quantile(0.99) * 1e3);
  }

  /** Writes count, rate, errors and percentiles of a period. */
  private static void period(JsonText json, Counts counts, double seconds) {
    json.beginObject()
        .member("count", counts.count)
        .member("errors", counts.errors)
        .member("perSecond", seconds > 0 ? counts.count / seconds : Double.NaN)
        .member("errorRatio", counts.count == 0 ? 0 : (double) counts.errors / counts.count);
    percentiles(json, counts);
    json.endObject();
  }

  private String overview() {
    JsonText json = begin();
    Map<Route, Counts> totals = RouteHistory.totals(requests());
    Map<Route, Counts> now = history.recent(NOW);
    Map<Route, Counts> halfHour = history.recent(RouteHistory.STEPS);
    period(json.name("total"), sum(totals), Double.NaN);
    period(json.name("now"), sum(now), history.seconds(NOW));
    period(json.name("halfHour"), sum(halfHour), history.seconds(RouteHistory.STEPS));
    json.member("inFlight", parts.running().list().size());
    steps(json.name("steps"), history.steps(null), false);
    ranking(
        json.name("slowest"),
        halfHour,
        Comparator.comparingDouble(
            (Counts counts) -> Double.isNaN(counts.quantile(0.95)) ? 0 : counts.quantile(0.95)));
    ranking(
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

  private static Counts sum(Map<Route, Counts> all) {
    Counts sum = new Counts();
    all.values().forEach(sum::add);
    return sum;
  }

  private static void ranking(JsonText json, Map<Route, Counts> all, Comparator<Counts> order) {
    json.beginArray();
    Counts nothing = new Counts();
    all.entrySet().stream()
        .filter(entry -> order.compare(entry.getValue(), nothing) > 0)
        .sorted(Map.Entry.<Route, Counts>comparingByValue(order).reversed())
        .limit(TOP)
        .forEach(
            entry -> {
              Counts counts = entry.getValue();
              routeNames(json.beginObject(), entry.getKey())
                  .member("count", counts.count)
                  .member("errors", counts.errors);
              percentiles(json, counts);
              json.endObject();
            });
    json.endArray();
  }

  private static JsonText routeNames(JsonText json, Route route) {
    return json.member("name", route.name())
        .member("method", route.method())
        .member("route", route.path());
  }

  /** Writes the steps as one array for each figure, as the charts need them. */
  private static void steps(JsonText json, RouteHistory.Steps steps, boolean buckets) {
    json.beginObject().member("seconds", RouteHistory.STEP_SECONDS);
    json.name("time").beginArray();
    steps.ends().forEach(end -> json.value((double) end));
    json.endArray();
    json.name("count").beginArray();
    steps.counts().forEach(counts -> json.value(counts.count));
    json.endArray();
    json.name("errors").beginArray();
    steps.counts().forEach(counts -> json.value(counts.errors));
    json.endArray();
    for (double fraction : new double[] {0.5, 0.95, 0.99}) {
      json.name("p" + Math.round(fraction * 100) + "Ms").beginArray();
      steps.counts().forEach(counts -> json.value(counts.quantile(fraction) * 1e3));
      json.endArray();
    }
    if (buckets) {
      arrays(json.name("classes"), steps.counts().stream().map(c -> c.classes).toList());
      arrays(json.name("buckets"), steps.counts().stream().map(c -> c.buckets).toList());
    }
    json.endObject();
  }

  private static void arrays(JsonText json, List<long[]> arrays) {
    json.beginArray();
    for (long[] array : arrays) {
      json.beginArray();
      for (long value : array) {
        json.value(value);
      }
      json.endArray();
    }
    json.endArray();
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
              routeNames(json.beginObject(), entry.getKey());
              period(json.name("total"), entry.getValue(), Double.NaN);
              period(json.name("now"), now.getOrDefault(entry.getKey(), new Counts()), seconds);
              period(
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
    JsonText json = routeNames(begin(), route);
    period(json.name("total"), total, Double.NaN);
    json.name("boundsMs").beginArray();
    for (double bound : RouteHistory.bounds()) {
      json.value(bound * 1e3);
    }
    json.endArray();
    steps(json.name("steps"), history.steps(route), true);
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
    Map<String, long[]> matrix = new LinkedHashMap<>();
    Set<String> services = new TreeSet<>();
    List<String> rows = new ArrayList<>();
    int[] matching = {0};
    spans
        .store()
        .map(
            trace -> {
              services.addAll(trace.services());
              if (trace.isComplete()) {
                // The last two columns are the failed and the route's service.
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
    new java.util.TreeMap<>(matrix)
        .forEach(
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

  private String inFlight() {
    JsonText json = begin();
    long now = System.nanoTime();
    Map<Route, Counts> halfHour = history.recent(RouteHistory.STEPS);
    List<Running> running = parts.running().list();
    Set<Thread> claimed = new HashSet<>();
    Set<Running> onThread = new HashSet<>();
    List<Running> newestFirst = new ArrayList<>(running);
    Collections.reverse(newestFirst);
    for (Running request : newestFirst) {
      // An older request of the same thread has left it and is asynchronous.
      if (claimed.add(request.thread())) {
        onThread.add(request);
      }
    }
    json.name("requests").beginArray();
    for (Running request : running.subList(0, Math.min(MAX_LISTED, running.size()))) {
      Route route = new Route(request.method(), request.route());
      double ageMillis = (now - request.startNanos()) / 1e6;
      double p99 = halfHour.getOrDefault(route, new Counts()).quantile(0.99) * 1e3;
      routeNames(json.beginObject(), route)
          .member("ageMs", ageMillis)
          .member("start", clock.millis() - ageMillis)
          .member("p99Ms", p99)
          .member("slow", ageMillis > p99)
          .member("thread", request.thread().getName())
          .member("threadId", request.thread().getId())
          .member("startNanos", Long.toString(request.startNanos()))
          .member("onThread", onThread.contains(request))
          .member("traceId", request.traceId())
          .endObject();
    }
    return json.endArray().endObject().toString();
  }

  private String stack(Query query) throws RequestRejectedException {
    String start = query.text("startNanos");
    for (Running request : parts.running().list()) {
      if (Long.toString(request.startNanos()).equals(start)
          && request.thread().getId() == (long) query.number("threadId", 0)) {
        JsonText json = begin();
        json.member("thread", request.thread().getName());
        json.member("state", request.thread().getState().name());
        json.name("frames").beginArray();
        for (StackTraceElement frame : request.thread().getStackTrace()) {
          json.value(frame.toString());
        }
        return json.endArray().endObject().toString();
      }
    }
    throw new RequestRejectedException(404, "The request has ended.");
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
    int listed = 0;
    Set<String> names = new LinkedHashSet<>();
    for (MetricSnapshot metric : parts.metrics().apply(any -> true)) {
      String metricName = metric.getMetadata().getPrometheusName();
      String help = String.valueOf(metric.getMetadata().getHelp());
      boolean matches =
          metricName.contains(wanted) || help.toLowerCase(Locale.ROOT).contains(wanted);
      if (matches && listed < MAX_METRICS && names.add(metricName)) {
        listed++;
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
