/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.PageQuery;
import dev.observe.internal.exposition.RequestRejectedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decoded parameters of a request. */
final class Query {
  private final Map<String, List<String>> values = new HashMap<>();

  /**
   * Decodes a query.
   *
   * @throws RequestRejectedException if it is too long or not encoded correctly
   */
  Query(@Nullable String query) throws RequestRejectedException {
    if (query == null || query.isEmpty()) {
      return;
    }
    if (query.length() > PageQuery.MAX_QUERY_CHARS) {
      throw new RequestRejectedException(
          414, "The query must be at most " + PageQuery.MAX_QUERY_CHARS + " bytes.");
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      values.computeIfAbsent(decode(name), key -> new ArrayList<>(1)).add(decode(value));
    }
  }

  private static String decode(String text) throws RequestRejectedException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RequestRejectedException(400, "The query is not encoded correctly.");
    }
  }

  /** Returns the first value that is not empty, or null. */
  @Nullable String text(String name) {
    for (String value : all(name)) {
      if (!value.isEmpty()) {
        return value;
      }
    }
    return null;
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * Returns a number that is not negative, or the default without a value.
   *
   * @throws RequestRejectedException if the value is another text
   */
  double number(String name, double defaultValue) throws RequestRejectedException {
    String value = text(name);
    if (value == null) {
      return defaultValue;
    }
    try {
      double number = Double.parseDouble(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Rejected below.
    }
    throw new RequestRejectedException(400, "A number of the query is not valid.");
  }
}
