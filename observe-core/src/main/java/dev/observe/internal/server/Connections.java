/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.PageMetrics.Cut;
import dev.observe.internal.server.ConnectionPhase.Stay;
import dev.observe.internal.server.ConnectionPhase.Step;
import dev.observe.internal.util.Timeouts;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The open connections of one endpoint: how many, for how long, and which goes first. */
final class Connections {
  static final int MAX = 256;

  /** What a client gets to read its last answer before the connection is closed on it. */
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A response that takes longer than this may have to make room when all places are taken. */
  private static final long QUICK_RESPONSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final long limitNanos;
  private final LongSupplier nanoClock;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /**
   * Returns an empty set of connections.
   *
   * @param timeLimit the time to send a request, to take its response, or to stay idle
   */
  Connections(Duration timeLimit, LongSupplier nanoClock) {
    this.limitNanos = Timeouts.nanos(timeLimit);
    this.nanoClock = nanoClock;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Adds one, in the place of another if need be; false if nobody can make room. */
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

  /** Cuts whatever takes too long. */
  void cutExpired() {
    long now = nanoClock.getAsLong();
    for (Connection connection : open) {
      Stay stay = connection.phase().stay();
      long age = stay.ageNanos(now);
      switch (stay.step()) {
        case IDLE -> cutIf(age > limitNanos, connection, stay, null);
        case READING -> cutIf(age > limitNanos, connection, stay, Cut.SLOW_REQUEST);
        case WRITING -> cutIf(age > limitNanos, connection, stay, Cut.SLOW_RESPONSE);
        case DRAINING -> cutIf(age > DRAIN_NANOS, connection, stay, null);
        case HANDLING, CUT -> {}
      }
    }
  }

  private static void cutIf(
      boolean expired, Connection connection, Stay stay, @Nullable Cut reason) {
    if (expired) {
      connection.cut(stay, reason);
    }
  }

  /**
   * The oldest of those that have no complete request goes first: an honest scrape sends its own at
   * once. If all are being answered, the one that has been reading longest goes, if it is slow.
   */
  private boolean evict() {
    long now = nanoClock.getAsLong();
    Connection waiting = null;
    Stay waitingStay = null;
    Connection reading = null;
    Stay readingStay = null;
    long waitingNanos = -1;
    long readingNanos = QUICK_RESPONSE_NANOS;
    for (Connection connection : open) {
      Stay stay = connection.phase().stay();
      Step step = stay.step();
      long age = stay.ageNanos(now);
      boolean incomplete = step == Step.IDLE || step == Step.READING || step == Step.DRAINING;
      if (incomplete && age > waitingNanos) {
        waiting = connection;
        waitingStay = stay;
        waitingNanos = age;
      } else if (step == Step.WRITING && age > readingNanos) {
        reading = connection;
        readingStay = stay;
        readingNanos = age;
      }
    }
    return evict(waiting, waitingStay) || evict(reading, readingStay);
  }

  private boolean evict(@Nullable Connection victim, @Nullable Stay stay) {
    // When it went on in the meantime it is not one of the slow.
    if (victim == null || stay == null || !victim.cut(stay, Cut.CONNECTIONS)) {
      return false;
    }
    // Its thread is about to end; its place is free now.
    open.remove(victim);
    return true;
  }
}
