/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** The state machine of one node. Ratis applies the same commands in the same order on each. */
final class States extends BaseStateMachine {
  static final String INVALID = "invalid transition";
  static final AttributeKey<String> NODE = AttributeKey.stringKey("raft.node");

  private static final AttributeKey<Long> TERM = AttributeKey.longKey("raft.term");
  private static final AttributeKey<Long> INDEX = AttributeKey.longKey("raft.index");

  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "first", Set.of("second", "third"), "second", Set.of("third"), "third", Set.of("first"));

  private final String node;
  private final Attributes labels;
  private final Tracer tracer;
  private final LongCounter leaderChanges;
  private final DoubleHistogram commitDuration;
  private final DoubleHistogram applyDuration;

  private volatile String state = "first";
  private volatile int transitions;

  States(String node, Tracer tracer, Meter meter) {
    this.node = node;
    this.tracer = tracer;
    labels = Attributes.of(NODE, node);
    leaderChanges =
        meter
            .counterBuilder("raft.leader.changes")
            .setDescription("Elections that the node has won.")
            .build();
    commitDuration = histogram(meter, "raft.commit.duration", "Time from a command to its commit.");
    applyDuration = histogram(meter, "raft.apply.duration", "Time to apply a command.");
  }

  /** Returns how many commands have changed the state. */
  int transitions() {
    return transitions;
  }

  /** Called on the leader, before it sends the command to its followers. */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    TransactionContext transaction = super.startTransaction(request);
    transaction.setStateMachineContext(System.nanoTime());
    return transaction;
  }

  /** Called on every node, after a majority has the command. */
  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    long start = System.nanoTime();
    if (transaction.getStateMachineContext() instanceof Long submitted) {
      commitDuration.record((start - submitted) / 1e9, labels);
    }
    LogEntryProto entry = transaction.getLogEntry();
    Command command = Command.parse(entry.getStateMachineLogEntry().getLogData().toStringUtf8());
    Span span =
        tracer
            .spanBuilder("apply")
            .setParent(command.context())
            .setAttribute(NODE, node)
            .setAttribute(TERM, entry.getTerm())
            .setAttribute(INDEX, entry.getIndex())
            .startSpan();
    try (Scope ignored = span.makeCurrent()) {
      return CompletableFuture.completedFuture(Message.valueOf(change(command.next())));
    } finally {
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      span.end();
      applyDuration.record((System.nanoTime() - start) / 1e9, labels);
    }
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    if (self.getPeerId().equals(leader)) {
      leaderChanges.add(1, labels);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Ratis applies commands one after the other.
  private String change(String next) {
    if (!ALLOWED.getOrDefault(state, Set.of()).contains(next)) {
      return INVALID;
    }
    state = next;
    transitions++;
    return next;
  }

  private static DoubleHistogram histogram(Meter meter, String name, String description) {
    return meter.histogramBuilder(name).setUnit("s").setDescription(description).build();
  }
}
