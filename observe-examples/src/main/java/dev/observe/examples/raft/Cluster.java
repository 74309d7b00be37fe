/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import dev.observe.examples.support.TemporaryFolder;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;

/** Three nodes of Apache Ratis in this process, which talk over loopback. */
final class Cluster implements AutoCloseable {
  static final int NODES = 3;

  /** Longer than an election takes, so a client does not see one. */
  private static final int RETRIES = 20;

  private static final TimeDuration RETRY_INTERVAL =
      TimeDuration.valueOf(100, TimeUnit.MILLISECONDS);

  private final TemporaryFolder folder = TemporaryFolder.create();
  private final RaftGroup group;
  private final ConcurrentMap<String, Node> nodes = new ConcurrentHashMap<>();

  private Cluster(RaftGroup group) {
    this.group = group;
  }

  /** A running node and the state machine that it applies commands to. */
  private record Node(RaftServer server, States states) {
    DivisionInfo info() {
      try {
        return server.getDivision(server.getGroupIds().iterator().next()).getInfo();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    long applied() {
      return info().getLastAppliedIndex();
    }
  }

  static Cluster start(Tracer tracer, Meter meter) {
    try {
      List<RaftPeer> peers = new ArrayList<>();
      for (int number = 1; number <= NODES; number++) {
        peers.add(
            RaftPeer.newBuilder()
                .setId("n" + number)
                .setAddress("127.0.0.1:" + freePort())
                .build());
      }
      Cluster cluster =
          new Cluster(RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), peers));
      for (RaftPeer peer : peers) {
        cluster.startNode(peer, tracer, meter);
      }
      cluster.observe(meter);
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RaftClient client() {
    return RaftClient.newBuilder()
        .setRaftGroup(group)
        .setProperties(new RaftProperties())
        .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(RETRIES, RETRY_INTERVAL))
        .build();
  }

  /** Returns the number of transitions that each running node has applied. */
  List<Integer> transitions() {
    return nodes.values().stream().map(node -> node.states().transitions()).toList();
  }

  /** Closes the node that leads, and returns its name; empty if none leads. */
  String closeLeader() throws IOException {
    for (Map.Entry<String, Node> node : nodes.entrySet()) {
      if (node.getValue().info().isLeader()) {
        nodes.remove(node.getKey());
        node.getValue().server().close();
        return node.getKey();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes.values()) {
      node.server().close();
    }
    nodes.clear();
    folder.close();
  }

  private void startNode(RaftPeer peer, Tracer tracer, Meter meter) throws IOException {
    String name = peer.getId().toString();
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
    GrpcConfigKeys.Server.setPort(
        properties, Integer.parseInt(peer.getAddress().replaceFirst(".*:", "")));
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.path().resolve(name).toFile()));
    RaftServerConfigKeys.Log.setUseMemory(properties, true);
    States machine = new States(name, tracer, meter);
    RaftServer server =
        RaftServer.newBuilder()
            .setGroup(group)
            .setServerId(peer.getId())
            .setProperties(properties)
            .setStateMachine(machine)
            .build();
    nodes.put(name, new Node(server, machine));
    server.start();
  }

  /** Adds the metrics that are read at each scrape. */
  private void observe(Meter meter) {
    meter
        .gaugeBuilder("raft.term")
        .ofLongs()
        .setDescription("Term of the node.")
        .buildWithCallback(
            gauge ->
                nodes.forEach(
                    (name, node) -> gauge.record(node.info().getCurrentTerm(), labels(name))));
    meter
        .gaugeBuilder("raft.lag")
        .ofLongs()
        .setDescription("Log entries that the node is behind the first.")
        .buildWithCallback(
            gauge -> {
              long first = nodes.values().stream().mapToLong(Node::applied).max().orElse(0);
              nodes.forEach(
                  (name, node) -> gauge.record(Math.max(0, first - node.applied()), labels(name)));
            });
  }

  private static Attributes labels(String node) {
    return Attributes.of(States.NODE, node);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
