/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.RequestKind;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.util.SlotCache;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Caches the kinds of requests, so that the next request is compared and not parsed.
 *
 * <p>Safe for use by any number of threads.
 */
final class RequestKinds extends SlotCache<RequestKinds.Known> {
  private final ServerTelemetry telemetry;
  private final ServletRoutes routes;

  /**
   * A kind, and its key. The match is an object, as the transformer that makes the jar for {@code
   * javax.servlet} leaves the types of record components as they are.
   */
  record Known(
      String pattern,
      Object match,
      @Nullable String servletName,
      String method,
      String scheme,
      String protocol,
      RequestKind kind) {}

  RequestKinds(ServerTelemetry telemetry, ServletRoutes routes) {
    super(128);
    this.telemetry = telemetry;
    this.routes = routes;
  }

  RequestKind of(HttpServletRequest request, @Nullable HttpServletMapping mapping) {
    String method = request.getMethod();
    String scheme = request.getScheme();
    String protocol = request.getProtocol();
    MappingMatch match = mapping == null ? null : mapping.getMappingMatch();
    if (mapping == null || match == null) {
      return telemetry.kind(method, scheme, protocol, null);
    }
    String pattern = mapping.getPattern();
    int hash = hash(pattern, method);
    Known known = get(hash);
    if (known != null
        && known.match == match
        && known.pattern.equals(pattern)
        && known.method.equals(method)
        && known.protocol.equals(protocol)
        && known.scheme.equals(scheme)
        && (match != MappingMatch.DEFAULT
            || Objects.equals(known.servletName, mapping.getServletName()))) {
      return known.kind;
    }
    RequestKind kind = telemetry.kind(method, scheme, protocol, routes.atStart(mapping));
    // A kind with values that the client invented gets no slot.
    if (kind.isUsual()) {
      put(
          hash,
          new Known(pattern, match, mapping.getServletName(), method, scheme, protocol, kind));
    }
    return kind;
  }

  /** The first letter and the length distinguish the usual methods without a hash. */
  private static int hash(String pattern, String method) {
    int first = method.isEmpty() ? 0 : method.charAt(0);
    return (pattern.hashCode() * 31 + first) * 31 + method.length();
  }
}
