/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

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
    return value != null && value.length() <= limit(key) ? value : null;
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
    return values.hasNext() ? new Bounded(values, limit(key)) : values;
  }

  private static int limit(String key) {
    return switch (key) {
      case "tracestate" -> MAX_TRACESTATE;
      case "baggage" -> MAX_BAGGAGE;
      default -> MAX_HEADER;
    };
  }

  /** Iterates over values up to a total number of characters. */
  private static final class Bounded implements Iterator<String> {
    private final Iterator<String> values;
    private int left;
    private @Nullable String next;

    Bounded(Iterator<String> values, int limit) {
      this.values = values;
      this.left = limit;
      advance();
    }

    private void advance() {
      next = values.hasNext() ? values.next() : null;
      if (next != null) {
        left -= next.length();
        next = left < 0 ? null : next;
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
