/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The failed spans by exception class, service and route. Beyond {@value #MAX} groups, the one that
 * was seen last the longest ago is replaced.
 */
final class ErrorGroups {
  static final int MAX = 200;
  private static final int MAX_SAMPLES = 5;
  private static final int MAX_MESSAGE = 300;

  private static final AttributeKey<String> EXCEPTION_TYPE =
      AttributeKey.stringKey("exception.type");
  private static final AttributeKey<String> EXCEPTION_MESSAGE =
      AttributeKey.stringKey("exception.message");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

  private final ReentrantLock lock = new ReentrantLock();

  /** The group seen last is last; guarded by the lock. */
  private final Map<Key, Group> groups = new LinkedHashMap<>(16, 0.75f, true);

  private record Key(String type, String service, String where) {}

  private static final class Group {
    final long firstEpochNanos;
    long lastEpochNanos;
    long count;
    String message = "";
    final Deque<String> traces = new ArrayDeque<>(MAX_SAMPLES);

    Group(long epochNanos) {
      this.firstEpochNanos = epochNanos;
    }
  }

  /** A group of errors; the newest trace is first. */
  record Row(
      String type,
      String service,
      String where,
      String message,
      long count,
      long firstEpochNanos,
      long lastEpochNanos,
      List<String> traces) {}

  void add(SpanData span) {
    String type = span.getAttributes().get(ERROR_TYPE);
    String message = span.getStatus().getDescription();
    for (EventData event : span.getEvents()) {
      String thrown = event.getAttributes().get(EXCEPTION_TYPE);
      if (thrown != null) {
        type = thrown;
        String text = event.getAttributes().get(EXCEPTION_MESSAGE);
        message = text == null ? message : text;
      }
    }
    String route = span.getAttributes().get(ROUTE);
    Key key =
        new Key(
            type == null ? "error" : type,
            StoredTrace.service(span),
            route == null ? span.getName() : route);
    lock.lock();
    try {
      Group group = groups.get(key);
      if (group == null) {
        if (groups.size() >= MAX) {
          groups.remove(groups.keySet().iterator().next());
        }
        group = new Group(span.getEndEpochNanos());
        groups.put(key, group);
      }
      group.count++;
      group.lastEpochNanos = Math.max(group.lastEpochNanos, span.getEndEpochNanos());
      group.message = message.substring(0, Math.min(MAX_MESSAGE, message.length()));
      group.traces.remove(span.getTraceId());
      group.traces.addFirst(span.getTraceId());
      if (group.traces.size() > MAX_SAMPLES) {
        group.traces.removeLast();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the groups, the one seen last first. */
  List<Row> rows() {
    lock.lock();
    try {
      List<Row> rows = new ArrayList<>();
      groups.forEach(
          (key, group) ->
              rows.add(
                  new Row(
                      key.type(),
                      key.service(),
                      key.where(),
                      group.message,
                      group.count,
                      group.firstEpochNanos,
                      group.lastEpochNanos,
                      List.copyOf(group.traces))));
      rows.sort(Comparator.comparingLong(Row::lastEpochNanos).reversed());
      return rows;
    } finally {
      lock.unlock();
    }
  }
}
