/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An exchange without a container; its fields are the request. */
public final class FakeExchange extends ServerExchange {
  public String requestMethod = "GET";
  String path = "/";
  @Nullable String query;
  String requestScheme = "http";
  String protocol = "HTTP/1.1";
  @Nullable String authority;
  @Nullable String peer = "192.0.2.7";
  @Nullable String matched;
  boolean routeFails;
  @Nullable Error fatalError;
  boolean ownEndpoint;
  final Map<String, String> responseHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, List<String>> headers = new TreeMap<>();

  public static FakeExchange get(String path, @Nullable String route) {
    FakeExchange exchange = new FakeExchange();
    exchange.path = path;
    exchange.matched = route;
    return exchange;
  }

  public FakeExchange header(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(value);
    return this;
  }

  @Override
  protected RequestKind requestKind(ServerTelemetry starting) {
    return starting.kind(requestMethod, requestScheme, protocol, routeFails ? null : matched);
  }

  @Override
  protected String requestMethod() {
    return requestMethod;
  }

  @Override
  protected String requestPath() {
    return path;
  }

  @Override
  protected @Nullable String requestQuery() {
    return query;
  }

  @Override
  protected @Nullable String requestHeader(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null ? null : values.get(0);
  }

  @Override
  public Iterator<String> requestHeaders(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).iterator();
  }

  @Override
  protected Iterable<String> requestHeaderNames() {
    return headers.keySet();
  }

  @Override
  protected @Nullable String authority() {
    return authority;
  }

  @Override
  protected @Nullable String peerAddress() {
    return peer;
  }

  @Override
  protected int peerPort() {
    return 50_123;
  }

  @Override
  protected String applicationPath() {
    return path;
  }

  @Override
  protected boolean isOwnEndpoint() {
    return ownEndpoint;
  }

  @Override
  protected void setResponseHeader(String name, String value) {
    responseHeaders.put(name, value);
  }

  @Override
  protected Iterator<String> responseHeaders(String name) {
    String value = responseHeaders.get(name);
    return value == null ? Collections.emptyIterator() : List.of(value).iterator();
  }

  @Override
  protected @Nullable String currentRoute() {
    if (fatalError != null) {
      throw fatalError;
    }
    if (routeFails) {
      throw new IllegalStateException("router is broken");
    }
    return matched;
  }
}
