/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code Host} headers that the endpoint accepts.
 *
 * <p>They are checked on loopback without credentials: a page of another site, in a browser on this
 * machine, can reach loopback by a name of that site (DNS rebinding), but it cannot change the
 * {@code Host} header.
 */
record AllowedHosts(boolean any, Set<String> names) {
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  /**
   * Returns the accepted hosts of an endpoint.
   *
   * @param host the host that is bound
   * @param checked whether hosts are checked at all
   * @param more further names; {@code *} means all
   */
  static AllowedHosts of(String host, boolean checked, List<String> more) {
    Set<String> names = new HashSet<>();
    Stream.concat(Stream.of("localhost", host), more.stream())
        .forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return new AllowedHosts(!checked || more.contains("*"), names);
  }

  /** Returns whether all {@code Host} headers of a request are accepted; addresses always are. */
  boolean allow(PrometheusHttpRequest request) {
    return any || Collections.list(request.getHeaders("Host")).stream().allMatch(this::isAllowed);
  }

  /** Returns the accepted names in order; addresses are accepted anyway. */
  @Override
  public String toString() {
    return any
        ? "*"
        : names.stream()
            .filter(name -> !ADDRESS.matcher(name).matches())
            .sorted()
            .collect(Collectors.joining(","));
  }

  private boolean isAllowed(String host) {
    String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
    // RFC 6761 6.3: every name below localhost is loopback.
    return ADDRESS.matcher(name).matches() || name.endsWith(".localhost") || names.contains(name);
  }
}
