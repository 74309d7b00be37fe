/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the requested metric names from the query string of a scrape. */
public final class PageQuery {
  public static final int MAX_QUERY_CHARS = 8 * 1024;
  static final int MAX_NAMES = 100;

  private PageQuery() {}

  /** Returns the {@code name[]} values, sorted and without duplicates; empty means all metrics. */
  static List<String> names(@Nullable String query) throws RequestRejectedException {
    if (query == null || query.isEmpty()) {
      return List.of();
    }
    if (query.length() > MAX_QUERY_CHARS) {
      throw new RequestRejectedException(
          414, "The query must be at most " + MAX_QUERY_CHARS + " bytes.");
    }
    int count = 0;
    TreeSet<String> names = new TreeSet<>();
    int from = 0;
    while (from <= query.length()) {
      int end = query.indexOf('&', from);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', from);
      if (equals >= 0 && equals < end && decode(query.substring(from, equals)).equals("name[]")) {
        if (++count > MAX_NAMES) {
          throw new RequestRejectedException(
              400, "At most " + MAX_NAMES + " name[] values are allowed.");
        }
        names.add(decode(query.substring(equals + 1, end)));
      }
      from = end + 1;
    }
    return List.copyOf(names);
  }

  private static String decode(String part) throws RequestRejectedException {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RequestRejectedException(400, "The query is not encoded correctly.");
    }
  }
}
