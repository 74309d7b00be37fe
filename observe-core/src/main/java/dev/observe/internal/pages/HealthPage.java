/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.pages.HealthChecks.Kind;
import dev.observe.internal.pages.HealthChecks.Result;
import dev.observe.internal.pages.HealthChecks.State;
import java.util.List;
import java.util.Set;

/** Runs checks and shows their results as JSON: status 200 if all pass, else 503. */
public record HealthPage(HealthChecks checks, Set<Kind> kinds) implements TextPage.Source {
  /** Returns {@code /healthz}: whether the process is alive or needs to be restarted. */
  public static HealthPage liveness(HealthChecks checks) {
    return new HealthPage(checks, Set.of(Kind.LIVENESS));
  }

  /** Returns {@code /readyz}: whether the process is alive and can serve requests. */
  public static HealthPage readiness(HealthChecks checks) {
    return new HealthPage(checks, Set.of(Kind.LIVENESS, Kind.READINESS));
  }

  @Override
  public TextPage.Response respond(List<String> names) throws InterruptedException {
    List<Result> results = checks.run(kinds);
    boolean up = results.stream().allMatch(result -> result.state() == State.UP);
    JsonText json = new JsonText().beginObject().member("status", up ? "up" : "down");
    json.name("checks").beginArray();
    for (Result result : results) {
      json.beginObject()
          .member("name", result.name())
          .member("kind", result.kind().text)
          .member("status", result.state().text())
          .member("durationSeconds", result.seconds())
          .member("time", result.time().toString())
          .endObject();
    }
    json.endArray().endObject();
    return new TextPage.Response(up ? 200 : 503, "application/json", json + "\n");
  }
}
