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

/** Runs checks and tells how they went, as JSON: status 200 when all is well, 503 if not. */
public final class HealthPage implements TextPage.Source {
  private final HealthChecks checks;
  private final Set<Kind> kinds;

  private HealthPage(HealthChecks checks, Set<Kind> kinds) {
    this.checks = checks;
    this.kinds = kinds;
  }

  /** Makes {@code /healthz}: whether the process had better be started anew. */
  public static HealthPage liveness(HealthChecks checks) {
    return new HealthPage(checks, Set.of(Kind.LIVENESS));
  }

  /** Makes {@code /readyz}: whether the process can serve, which it cannot either if not live. */
  public static HealthPage readiness(HealthChecks checks) {
    return new HealthPage(checks, Set.of(Kind.LIVENESS, Kind.READINESS));
  }

  @Override
  public TextPage.Text text(List<String> names) throws InterruptedException {
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
    return new TextPage.Text(up ? 200 : 503, "application/json", json + "\n");
  }
}
