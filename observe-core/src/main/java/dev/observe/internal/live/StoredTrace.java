/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The spans of one trace that ended in this process. Guarded by the lock of the store. */
final class StoredTrace {
  /** Further spans of a trace are counted and not kept. */
  static final int MAX_SPANS = 20_000;

  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final String id;
  private final List<SpanData> spans = new ArrayList<>(4);
  private long bytes;
  private int omitted;
  private boolean failed;
  private long startEpochNanos = Long.MAX_VALUE;
  private long endEpochNanos = Long.MIN_VALUE;
  private @Nullable SpanData entry;

  // Which lists of the store have the trace.
  boolean latest;
  boolean kept;
  boolean keptFailed;

  /** The list of its entry and latency that has the trace, or null. */
  @Nullable Stratum stratum;

  StoredTrace(String id) {
    this.id = id;
  }

  /** Returns the service of a span. */
  static String service(SpanData span) {
    String name = span.getResource().getAttribute(SERVICE);
    return name == null ? "" : name;
  }

  /** Adds a span, or counts it if the trace is too large; returns whether it was added. */
  boolean add(SpanData span, long size, long maxBytes) {
    // The first span of a process ends last, and describes the trace: there is room for it.
    long limit = rank(span) > 0 ? maxBytes + maxBytes / 4 : maxBytes;
    if (spans.size() >= MAX_SPANS || bytes + size > limit) {
      omitted++;
      return false;
    }
    spans.add(span);
    bytes += size;
    startEpochNanos = Math.min(startEpochNanos, span.getStartEpochNanos());
    endEpochNanos = Math.max(endEpochNanos, span.getEndEpochNanos());
    failed |= span.getStatus().getStatusCode() == StatusCode.ERROR;
    SpanData known = entry;
    if (known == null || rank(span) > rank(known) || isEarlierEqual(span, known)) {
      entry = span;
    }
    return true;
  }

  private static boolean isEarlierEqual(SpanData span, SpanData known) {
    return rank(span) == rank(known) && span.getStartEpochNanos() < known.getStartEpochNanos();
  }

  /** The root describes a trace best; without it, the first request that arrived here. */
  private static int rank(SpanData span) {
    if (!span.getParentSpanContext().isValid()) {
      return 2;
    }
    return span.getKind() == SpanKind.SERVER || span.getParentSpanContext().isRemote() ? 1 : 0;
  }

  String id() {
    return id;
  }

  List<SpanData> spans() {
    return spans;
  }

  long bytes() {
    return bytes;
  }

  int omitted() {
    return omitted;
  }

  boolean isFailed() {
    return failed;
  }

  long startEpochNanos() {
    return startEpochNanos;
  }

  long durationNanos() {
    return Math.max(0, endEpochNanos - startEpochNanos);
  }

  /** Returns whether the span is there that began the work of this process. */
  boolean isComplete() {
    return entry != null && rank(entry) > 0;
  }

  /** Returns the name of the first span. */
  String name() {
    return entry == null ? "" : entry.getName();
  }

  /** Returns the service of the first span. */
  String service() {
    return entry == null ? "" : service(entry);
  }

  /** Returns the route of the first request, or an empty text. */
  String route() {
    String route = entry == null ? null : entry.getAttributes().get(ROUTE);
    return route == null ? "" : route;
  }

  /** Returns the HTTP status of the first span, or 0. */
  long status() {
    Long status = entry == null ? null : entry.getAttributes().get(STATUS);
    return status == null ? 0 : status;
  }

  Set<String> services() {
    Set<String> services = new TreeSet<>();
    spans.forEach(span -> services.add(service(span)));
    return services;
  }

  /** Returns the index of the latency band: 0 for the fastest. */
  int band() {
    return LatencyBands.of(TimeUnit.NANOSECONDS.toMicros(durationNanos()) / 1e3);
  }
}
