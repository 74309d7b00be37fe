/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.versions.Capabilities;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Passes the headers of a request to the propagators; ignores headers that are too long. */
enum RequestHeaders implements TextMapGetter<ServerExchange> {
  GETTER;

  /**
   * W3C trace-context requires at least 512 characters; a longer value is dropped (promise P11).
   */
  private static final int MAX_TRACESTATE = 512;

  /** All baggage of a request (W3C baggage requires 8,192 bytes; promise P11). */
  private static final int MAX_BAGGAGE = 8_192;

  /** OpenTelemetry has this limit from 1.62 on. */
  private static final int MAX_BAGGAGE_ENTRIES = 64;

  /** No other header of a propagator is longer than this. */
  private static final int MAX_HEADER = 1_024;

  @Override
  public Iterable<String> keys(ServerExchange exchange) {
    return exchange.requestHeaderNames();
  }

  @Override
  public @Nullable String get(@Nullable ServerExchange exchange, String key) {
    if (exchange == null) {
      return null;
    }
    String value = exchange.requestHeader(key);
    if (value == null || value.length() > limit(key)) {
      return null;
    }
    return isOursToCount(key) ? firstEntries(value, MAX_BAGGAGE_ENTRIES) : value;
  }

  @Override
  public Iterator<String> getAll(@Nullable ServerExchange exchange, String key) {
    if (exchange == null) {
      return Collections.emptyIterator();
    }
    if (exchange.requestHeader(key) == null) {
      // Most requests have none, and reading the first value creates no enumeration.
      return Collections.emptyIterator();
    }
    Iterator<String> values = exchange.requestHeaders(key);
    if (!values.hasNext()) {
      return values;
    }
    return new Bounded(
        values, limit(key), isOursToCount(key) ? MAX_BAGGAGE_ENTRIES : Integer.MAX_VALUE);
  }

  private static int limit(String key) {
    return switch (key) {
      case "tracestate" -> MAX_TRACESTATE;
      case "baggage" -> MAX_BAGGAGE;
      default -> MAX_HEADER;
    };
  }

  private static boolean isOursToCount(String key) {
    return !Capabilities.baggageLimits() && key.equals("baggage");
  }

  /** Returns the text before the entry that would be one too many. */
  private static String firstEntries(String value, int entries) {
    int comma = -1;
    for (int i = 0; i < entries; i++) {
      comma = value.indexOf(',', comma + 1);
      if (comma < 0) {
        return value;
      }
    }
    return value.substring(0, comma);
  }

  private static int entries(String value) {
    return 1 + (int) value.chars().filter(c -> c == ',').count();
  }

  /** Iterates over values up to a total number of characters and of entries. */
  private static final class Bounded implements Iterator<String> {
    private final Iterator<String> values;
    private int left;
    private int entriesLeft;
    private @Nullable String next;

    Bounded(Iterator<String> values, int limit, int maxEntries) {
      this.values = values;
      this.left = limit;
      this.entriesLeft = maxEntries;
      advance();
    }

    private void advance() {
      next = values.hasNext() && entriesLeft > 0 ? values.next() : null;
      if (next != null) {
        left -= next.length();
        next = left < 0 ? null : next;
      }
      if (next != null && entriesLeft < Integer.MAX_VALUE) {
        next = firstEntries(next, entriesLeft);
        entriesLeft -= entries(next);
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public String next() {
      String value = next;
      if (value == null) {
        throw new java.util.NoSuchElementException();
      }
      advance();
      return value;
    }
  }
}
