/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.RequestRejectedException;
import dev.observe.internal.live.RouteHistory.Counts;
import dev.observe.internal.live.RouteHistory.Route;
import dev.observe.internal.pages.JsonText;
import dev.observe.internal.request.RunningRequests;
import dev.observe.internal.request.RunningRequests.Running;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the requests in flight, and the stack of one, as JSON. */
final class InFlightJson {
  private static final int MAX_LISTED = 1_000;

  private final RunningRequests running;
  private final RouteHistory history;
  private final InstantSource clock;

  InFlightJson(RunningRequests running, RouteHistory history, InstantSource clock) {
    this.running = running;
    this.history = history;
    this.clock = clock;
  }

  /** Completes an object by the requests, the oldest first. */
  String requests(JsonText json) {
    long now = System.nanoTime();
    Map<Route, Counts> halfHour = history.recent(RouteHistory.STEPS);
    List<Running> requests = running.list();
    Set<Thread> claimed = new HashSet<>();
    Set<Running> onThread = new HashSet<>();
    List<Running> newestFirst = new ArrayList<>(requests);
    Collections.reverse(newestFirst);
    for (Running request : newestFirst) {
      // An older request of the same thread has left it and is asynchronous.
      if (claimed.add(request.thread())) {
        onThread.add(request);
      }
    }
    json.name("requests").beginArray();
    for (Running request : requests.subList(0, Math.min(MAX_LISTED, requests.size()))) {
      Route route = new Route(request.method(), request.route());
      double ageMillis = (now - request.startNanos()) / 1e6;
      double p99 = halfHour.getOrDefault(route, new Counts()).quantile(0.99) * 1e3;
      RouteJson.routeNames(json.beginObject(), route)
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

  /** Completes an object by the stack of a request that is in flight. */
  String stack(Query query, JsonText json) throws RequestRejectedException {
    String start = query.text("startNanos");
    for (Running request : running.list()) {
      if (Long.toString(request.startNanos()).equals(start)
          && request.thread().getId() == (long) query.number("threadId", 0)) {
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
}
