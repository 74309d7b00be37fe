/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.RequestRejectedException;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The conditions of a search for traces; all must hold. */
final class TraceFilter {
  private final @Nullable String route;
  private final @Nullable String service;
  private final @Nullable String status;
  private final @Nullable String error;
  private final @Nullable String id;
  private final double minMillis;
  private final double maxMillis;
  private final double fromEpochMillis;
  private final double toEpochMillis;
  private final List<String[]> attributes = new ArrayList<>();

  /**
   * Reads the conditions from a query.
   *
   * @throws RequestRejectedException if one is not valid
   */
  TraceFilter(Query query) throws RequestRejectedException {
    route = query.text("route");
    service = query.text("service");
    status = query.text("status");
    error = query.text("error");
    String traceId = query.text("id");
    id = traceId == null ? null : traceId.toLowerCase(Locale.ROOT);
    minMillis = query.number("min", 0);
    maxMillis = query.number("max", Double.POSITIVE_INFINITY);
    fromEpochMillis = query.number("from", 0);
    toEpochMillis = query.number("to", Double.POSITIVE_INFINITY);
    for (String attribute : query.all("attr")) {
      int equals = attribute.indexOf('=');
      if (equals > 0) {
        attributes.add(
            new String[] {attribute.substring(0, equals), attribute.substring(equals + 1)});
      } else if (!attribute.isEmpty()) {
        throw new RequestRejectedException(400, "An attribute must have the form key=value.");
      }
    }
  }

  boolean accepts(StoredTrace trace) {
    double millis = trace.durationNanos() / 1e6;
    long start = TimeUnit.NANOSECONDS.toMillis(trace.startEpochNanos());
    return millis >= minMillis
        && millis <= maxMillis
        && start >= fromEpochMillis
        && start <= toEpochMillis
        && (id == null || trace.id().startsWith(id))
        && (route == null || route.equals(trace.route()) || route.equals(trace.name()))
        && (error == null || Boolean.parseBoolean(error) == trace.isFailed())
        && (status == null || acceptsStatus(trace.status(), status))
        && (service == null || trace.services().contains(service))
        && attributes.stream().allMatch(wanted -> hasAttribute(trace, wanted));
  }

  /** A status is a number such as 404, or a class such as 4xx. */
  private static boolean acceptsStatus(long status, String wanted) {
    return wanted.toLowerCase(Locale.ROOT).endsWith("xx")
        ? wanted.startsWith(Long.toString(status / 100))
        : wanted.equals(Long.toString(status));
  }

  private static boolean hasAttribute(StoredTrace trace, String[] wanted) {
    for (SpanData span : trace.spans()) {
      boolean[] found = {false};
      span.getAttributes()
          .forEach(
              (key, value) ->
                  found[0] |= key.getKey().equals(wanted[0]) && wanted[1].equals(value.toString()));
      if (found[0]) {
        return true;
      }
    }
    return false;
  }
}
