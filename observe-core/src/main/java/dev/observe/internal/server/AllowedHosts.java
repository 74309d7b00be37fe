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
import java.util.TreeSet;
import java.util.regex.Pattern;

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
    names.add("localhost");
    names.add(host.toLowerCase(Locale.ROOT));
    for (String name : more) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
    return new AllowedHosts(!checked || more.contains("*"), names);
  }

  /** Returns whether all {@code Host} headers of a request are accepted; addresses always are. */
  boolean allow(PrometheusHttpRequest request) {
    return any || Collections.list(request.getHeaders("Host")).stream().allMatch(this::isAllowed);
  }

  /** Returns the accepted names in order; addresses are accepted anyway. */
  @Override
  public String toString() {
    if (any) {
      return "*";
    }
    Set<String> sorted = new TreeSet<>(names);
    sorted.removeIf(name -> ADDRESS.matcher(name).matches());
    return String.join(",", sorted);
  }

  private boolean isAllowed(String host) {
    String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
    // RFC 6761 6.3: every name below localhost is loopback.
    return ADDRESS.matcher(name).matches() || name.endsWith(".localhost") || names.contains(name);
  }
}
