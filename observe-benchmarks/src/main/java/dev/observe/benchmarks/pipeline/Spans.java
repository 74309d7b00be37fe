/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;

/** Spans with the attributes that a filter records. */
final class Spans {
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
  private static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
  private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("network.protocol.version");
  private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  /** The query: no two requests are the same. */
  private static final int IDS = 10_000;

  private final Tracer tracer;
  private int count;

  Spans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Returns the next span, not ended yet. */
  Span next() {
    count = (count + 1) % IDS;
    return tracer
        .spanBuilder("GET /shop/orders/*")
        .setNoParent()
        .setSpanKind(SpanKind.SERVER)
        .setAttribute(METHOD, "GET")
        .setAttribute(PATH, "/shop/orders/" + count)
        .setAttribute(QUERY, "page=2&size=20")
        .setAttribute(SCHEME, "http")
        .setAttribute(ROUTE, "/shop/orders/*")
        .setAttribute(HOST, "shop.example.com")
        .setAttribute(PORT, Long.valueOf(8080))
        .setAttribute(CLIENT, "192.0.2.44")
        .setAttribute(PEER, "192.0.2.44")
        .setAttribute(PEER_PORT, Long.valueOf(51_234))
        .setAttribute(VERSION, "1.1")
        .setAttribute(
            AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .setAttribute(STATUS, Long.valueOf(200))
        .startSpan();
  }
}
