/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import dev.observe.examples.support.Sample;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.apache.ratis.client.RaftClient;

/**
 * Three nodes that agree on a state, and a service that changes it.
 *
 * @since 0.1
 */
public final class Raft {
  private static final List<String> ROUND = List.of("second", "third", "second", "first");

  private final Cluster cluster;
  private final URI web;
  private final URI metrics;

  private Raft(Cluster cluster, URI web, URI metrics) {
    this.cluster = cluster;
    this.web = web;
    this.metrics = metrics;
  }

  /**
   * Runs the nodes until Ctrl-C.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    Sample.run(
        sample -> {
          Raft raft = start(sample);
          int[] visits = {0};
          sample.visit(2, () -> raft.change(sample, ROUND.get(visits[0]++ % ROUND.size())));
          return """
          Three nodes agree on a state. Change it, or close the leading node:
            curl '%s/?next=second'
            curl -X DELETE %s/
            metrics %s: raft_term, raft_lag, raft_leader_changes_total, raft_commit_duration_seconds
          """
              .formatted(raft.web, raft.web, raft.metrics);
        });
  }

  static Raft start(Sample sample) {
    Telemetry telemetry =
        sample.open(Telemetry.start(sample.metrics("raft", 2112), sample.tracing("raft")));
    Cluster cluster =
        sample.open(Cluster.start(telemetry.tracing().tracer(), telemetry.metrics().meter()));
    RaftClient client = sample.open(cluster.client());
    StateService service = new StateService(cluster, client, telemetry.tracing());
    URI web = sample.web("raft", 8080, telemetry.filter(), Map.of("/", service)).uri();
    return new Raft(cluster, web, telemetry.metrics().uri());
  }

  Cluster cluster() {
    return cluster;
  }

  URI web() {
    return web;
  }

  URI metrics() {
    return metrics;
  }

  private void change(Sample sample, String next) throws Exception {
    sample.send("GET", web.resolve("/?next=" + next), "");
  }
}
