/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.PageMetrics.AbortReason;
import dev.observe.internal.server.ConnectionState.Phase;
import dev.observe.internal.server.ConnectionState.TimedPhase;
import dev.observe.internal.util.Timeouts;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The open connections of one endpoint, with their limits on number and time. */
final class Connections {
  static final int MAX = 256;

  /** The time for a client to read its last response before the connection is closed. */
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A longer response can be evicted when all {@value #MAX} connections are open. */
  private static final long QUICK_RESPONSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final long limitNanos;
  private final LongSupplier nanoClock;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /**
   * Creates an empty set.
   *
   * @param timeLimit the time to send a request, to read its response, or to stay idle
   */
  Connections(Duration timeLimit, LongSupplier nanoClock) {
    this.limitNanos = Timeouts.nanos(timeLimit);
    this.nanoClock = nanoClock;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Adds a connection, if necessary by eviction of another; returns false if none can go. */
  boolean add(Connection connection) {
    if (open.size() >= MAX && !evict()) {
      return false;
    }
    open.add(connection);
    return true;
  }

  void remove(Connection connection) {
    open.remove(connection);
  }

  void closeAll() {
    open.forEach(Connection::close);
  }

  /** Aborts the connections that exceed a time limit. */
  void abortExpired() {
    long now = nanoClock.getAsLong();
    for (Connection connection : open) {
      TimedPhase current = connection.state().current();
      long age = current.ageNanos(now);
      switch (current.phase()) {
        case IDLE -> abortIf(age > limitNanos, connection, current, null);
        case READING -> abortIf(age > limitNanos, connection, current, AbortReason.SLOW_REQUEST);
        case WRITING -> abortIf(age > limitNanos, connection, current, AbortReason.SLOW_RESPONSE);
        case DRAINING -> abortIf(age > DRAIN_NANOS, connection, current, null);
        case HANDLING, ABORTED -> {}
      }
    }
  }

  private static void abortIf(
      boolean expired, Connection connection, TimedPhase current, @Nullable AbortReason reason) {
    if (expired) {
      connection.abort(current, reason);
    }
  }

  /**
   * Evicts the oldest connection without a complete request, because a normal scrape sends its
   * request at once. If there is none, evicts the oldest of the slow responses.
   */
  private boolean evict() {
    long now = nanoClock.getAsLong();
    Connection incomplete = null;
    TimedPhase incompletePhase = null;
    Connection slow = null;
    TimedPhase slowPhase = null;
    long incompleteNanos = -1;
    long slowNanos = QUICK_RESPONSE_NANOS;
    for (Connection connection : open) {
      TimedPhase current = connection.state().current();
      Phase phase = current.phase();
      long age = current.ageNanos(now);
      boolean noRequest = phase == Phase.IDLE || phase == Phase.READING || phase == Phase.DRAINING;
      if (noRequest && age > incompleteNanos) {
        incomplete = connection;
        incompletePhase = current;
        incompleteNanos = age;
      } else if (phase == Phase.WRITING && age > slowNanos) {
        slow = connection;
        slowPhase = current;
        slowNanos = age;
      }
    }
    return evict(incomplete, incompletePhase) || evict(slow, slowPhase);
  }

  /** Evicts a connection unless it has entered another phase, and thus is not a slow one. */
  private boolean evict(@Nullable Connection victim, @Nullable TimedPhase current) {
    if (victim == null || current == null || !victim.abort(current, AbortReason.CONNECTIONS)) {
      return false;
    }
    // The thread of the victim ends soon; its place is free now.
    open.remove(victim);
    return true;
  }
}
