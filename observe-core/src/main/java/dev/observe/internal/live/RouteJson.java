/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.live.RouteHistory.Counts;
import dev.observe.internal.live.RouteHistory.Route;
import dev.observe.internal.pages.JsonText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes the figures of routes as JSON. */
final class RouteJson {
  private static final int TOP = 5;

  private RouteJson() {}

  static void percentiles(JsonText json, Counts counts) {
    json.member("p50Ms", counts.quantile(0.5) * 1e3)
        .member("p95Ms", counts.quantile(0.95) * 1e3)
        .member("p99Ms", counts.quantile(0.99) * 1e3);
  }

  /** Writes count, rate, errors and percentiles of a period. */
  static void period(JsonText json, Counts counts, double seconds) {
    json.beginObject()
        .member("count", counts.count)
        .member("errors", counts.errors)
        .member("perSecond", seconds > 0 ? counts.count / seconds : Double.NaN)
        .member("errorRatio", counts.count == 0 ? 0 : (double) counts.errors / counts.count);
    percentiles(json, counts);
    json.endObject();
  }

  static Counts sum(Map<Route, Counts> all) {
    Counts sum = new Counts();
    all.values().forEach(sum::add);
    return sum;
  }

  static void ranking(JsonText json, Map<Route, Counts> all, Comparator<Counts> order) {
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

  static JsonText routeNames(JsonText json, Route route) {
    return json.member("name", route.name())
        .member("method", route.method())
        .member("route", route.path());
  }

  /** Writes the steps as one array for each figure, as the charts need them. */
  static void steps(JsonText json, RouteHistory.Steps steps, boolean buckets) {
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
}
