/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.orders;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.observe.examples.support.Sample;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A service with its documents in a MongoDB: a server in this process, or the one that {@code
 * MONGODB_URI} names. Its collection {@code observe_example.states} is dropped.
 *
 * @param web the URL of the service
 * @param metrics the page with its metrics
 * @since 0.1
 */
public record Orders(URI web, URI metrics) {
  /**
   * Runs the service until Ctrl-C.
   *
   * @param args not used
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    Sample.run(
        sample -> {
          String uri =
              Optional.ofNullable(System.getenv("MONGODB_URI")).orElseGet(() -> embedded(sample));
          Orders service = start(sample, uri);
          int[] visits = {0};
          sample.visit(2, () -> service.visit(sample, visits[0]++));
          return """
          Documents are inserted, found and dropped. Find one yourself:
            documents %s/states/Oregon
            metrics %s: db_client_operation_duration_seconds, db_client_connection_count
          """
              .formatted(service.web, service.metrics);
        });
  }

  static Orders start(Sample sample, String uri) {
    Telemetry telemetry =
        sample.open(Telemetry.start(sample.metrics("orders", 2112), sample.tracing("orders")));
    MongoClientSettings.Builder settings =
        MongoClientSettings.builder().applyConnectionString(new ConnectionString(uri));
    MongoMetrics.addTo(settings, telemetry.metrics().meter());
    MongoClient client = sample.open(MongoClients.create(telemetry.observed(settings).build()));
    StateService states =
        new StateService(client.getDatabase("observe_example").getCollection("states"));
    URI web =
        sample
            .web("orders", 8080, telemetry.filter(), Map.of("/states", states, "/states/*", states))
            .uri();
    return new Orders(web, telemetry.metrics().uri());
  }

  /** Starts a server that keeps documents in memory, and returns its URI. */
  static String embedded(Sample sample) {
    MongoServer server = new MongoServer(new MemoryBackend());
    sample.open(server::shutdownNow);
    return server.bindAndGetConnectionString();
  }

  private void visit(Sample sample, int number) throws Exception {
    switch (number % 5) {
      case 0 -> sample.send("POST", web.resolve("/states"), "");
      case 1 -> sample.send("GET", web.resolve("/states/Washington"), "");
      case 2 -> sample.send("GET", web.resolve("/states/Oregon"), "");
      case 3 -> sample.send("GET", web.resolve("/states/Atlantis"), "");
      default -> sample.send("DELETE", web.resolve("/states"), "");
    }
  }
}
