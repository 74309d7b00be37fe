/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.request.series.RequestLabels;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A request and its response as a container's adapter reads and writes them. */
abstract class AdaptedRequest extends RequestLabels {
  /** Returns the method that the client sent. */
  protected abstract String requestMethod();

  /** Returns the path that the client sent, not decoded, with the context path. */
  protected abstract String requestPath();

  /** Returns the query that the client sent, or null. */
  protected abstract @Nullable String requestQuery();

  /** Returns the first value of a header, without regard to case, or null. */
  protected abstract @Nullable String requestHeader(String name);

  /** Returns all values of a header. */
  protected abstract Iterator<String> requestHeaders(String name);

  /** Returns the names of all headers. */
  protected abstract Iterable<String> requestHeaderNames();

  /** Returns the authority that HTTP/2 sends instead of a {@code Host} header, or null. */
  protected abstract @Nullable String authority();

  /** Returns the address of the peer, or null. */
  protected abstract @Nullable String peerAddress();

  /** Returns the port of the peer, or 0. */
  protected abstract int peerPort();

  /** Returns the pattern matched so far, with the context path, or null; never the raw path. */
  protected abstract @Nullable String currentRoute();

  /**
   * Returns the kind of the request; called once, at its start. An adapter that caches kinds
   * returns the same object for the next request.
   */
  protected abstract RequestKind requestKind(ServerTelemetry starting);

  /** Returns the decoded path within the application, for matching; called only with patterns. */
  protected abstract String applicationPath();

  /** Returns whether the request is for an endpoint of this library, which is not measured. */
  protected abstract boolean isOwnEndpoint();

  /**
   * Returns whether another instrumentation has made a span for the request, which is current then.
   * It gets the attributes, and no second span is made.
   */
  protected boolean isInForeignSpan() {
    return false;
  }

  /** Sets a header of the response before it is committed. */
  protected abstract void setResponseHeader(String name, String value);

  /** Returns all values of a header of the response. */
  protected abstract Iterator<String> responseHeaders(String name);

  /** Returns the length in the header of a committed response, or a negative number. */
  protected long sentLength() {
    return -1;
  }
}
