/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.load.Generator;
import dev.observe.benchmarks.load.Load;
import dev.observe.benchmarks.server.Server;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Throughput of a real container: the ways in turn, each paired with the plain server. */
final class ContainerPart {
  private static final List<ServerWay> WAYS =
      List.of(ServerWay.PLAIN, ServerWay.OBSERVE, ServerWay.AGENT);

  /** New JVMs each time: results of the compiler differ between them. */
  private static final int LAUNCHES = 2;

  private static final int ROUNDS = 5;
  private static final int CONNECTIONS = 8;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration TIME = Duration.ofSeconds(3);

  private final Users users;
  private final List<String> targets;
  private final Generator generator = Generator.best();

  ContainerPart(Users users, List<String> targets) {
    this.users = users;
    this.targets = targets;
  }

  /** One server and its measurements. */
  private static final class Measuring implements AutoCloseable {
    final Child child;
    final URI uri;
    long requests;

    Measuring(Child child, URI uri) {
      this.child = child;
      this.uri = uri;
    }

    @Override
    public void close() {
      child.close();
    }
  }

  /** The measurements of all servers of one way. */
  private static final class Figures {
    final List<Double> rates = new ArrayList<>();
    final List<Double> medians = new ArrayList<>();
    final List<Double> tails = new ArrayList<>();
    final List<Double> processorMicros = new ArrayList<>();
    long requests;
    long delivered;

    static double[] array(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  String measure() throws IOException, InterruptedException {
    StringBuilder text =
        new StringBuilder("## In a container\n\n")
            .append(
                "A servlet that looks up ten orders and writes them as 1 KB of JSON, called by ")
            .append(generator)
            .append(" over ")
            .append(CONNECTIONS)
            .append(" connections as fast as it answers. The load generator, the server and")
            .append(" the receiver of the spans share the processors, so the ratios include the")
            .append(" cost of making, delivering and receiving each span.")
            .append(" Every request is sampled, metrics are on. ")
            .append(LAUNCHES * ROUNDS)
            .append(" turns of ")
            .append(TIME.toSeconds())
            .append(" s each, in ")
            .append(LAUNCHES)
            .append(" launches: A B C, C B A and so on; ratios are within one turn: median")
            .append(" (least–most).\n\n");
    for (String container : List.of("tomcat", "jetty")) {
      Map<ServerWay, Figures> figures = new EnumMap<>(ServerWay.class);
      WAYS.forEach(way -> figures.put(way, new Figures()));
      for (int launch = 0; launch < LAUNCHES; launch++) {
        launch(container, figures);
      }
      text.append("### ").append(container.equals("tomcat") ? "Tomcat" : "Jetty").append("\n\n");
      text.append(table(container, figures)).append('\n');
    }
    return text.toString();
  }

  private void launch(String container, Map<ServerWay, Figures> figures)
      throws IOException, InterruptedException {
    Map<ServerWay, Measuring> servers = new EnumMap<>(ServerWay.class);
    try (Receiver receiver = Receiver.start(users)) {
      for (ServerWay way : WAYS) {
        Child child = way.start(container, users, receiver.receiving());
        String port = child.await(Server.LISTENING);
        URI uri = URI.create("http://127.0.0.1:" + port + "/orders?page=3");
        servers.put(way, new Measuring(child, uri));
      }
      for (Measuring server : servers.values()) {
        load(server, WARM_UP);
      }
      List<ServerWay> turn = new ArrayList<>(WAYS);
      for (int round = 0; round < ROUNDS; round++) {
        for (ServerWay way : turn) {
          Measuring server = servers.get(way);
          Figures sums = figures.get(way);
          if (server != null && sums != null) {
            turn(server, sums);
          }
        }
        Collections.reverse(turn);
      }
      for (ServerWay way : WAYS) {
        Measuring server = servers.get(way);
        Figures sums = figures.get(way);
        if (server != null && sums != null) {
          sums.requests += server.requests;
          sums.delivered += receiver.delivered(way.name(), server.requests);
        }
      }
    } finally {
      servers.values().forEach(Measuring::close);
    }
  }

  private Load load(Measuring server, Duration time) throws IOException, InterruptedException {
    Load load = generator.run(server.uri, CONNECTIONS, time);
    server.requests += load.requests();
    return load;
  }

  private void turn(Measuring server, Figures figures) throws IOException, InterruptedException {
    Duration before = server.child.processorTime();
    Load load = load(server, TIME);
    double micros = server.child.processorTime().minus(before).toNanos() / 1e3;
    figures.rates.add(load.requestsPerSecond());
    figures.medians.add(load.medianMicros());
    figures.tails.add(load.p99Micros());
    figures.processorMicros.add(micros / load.requests());
  }

  private String table(String container, Map<ServerWay, Figures> all) {
    Table table =
        new Table(
            "server",
            "requests/s",
            "of plain",
            "p50, µs",
            "p99, µs",
            "server's CPU a request, µs",
            "spans delivered");
    Figures plain = all.getOrDefault(ServerWay.PLAIN, new Figures());
    all.forEach(
        (way, figures) -> {
          Sample ratio = Sample.ratio(Figures.array(figures.rates), Figures.array(plain.rates));
          table.row(
              way.title(),
              Sample.of(Figures.array(figures.rates)).text(),
              way == ServerWay.PLAIN ? "" : ratio.exact(),
              Sample.of(Figures.array(figures.medians)).text(),
              Sample.of(Figures.array(figures.tails)).text(),
              Sample.of(Figures.array(figures.processorMicros)).text(),
              way == ServerWay.PLAIN
                  ? ""
                  : Table.number(100.0 * figures.delivered / figures.requests) + " %");
          if (way == ServerWay.OBSERVE) {
            targets.add(
                "| "
                    + container
                    + ": throughput of that without | at least 0.97 | "
                    + ratio.exact()
                    + " |");
          }
        });
    return table.toString();
  }
}
