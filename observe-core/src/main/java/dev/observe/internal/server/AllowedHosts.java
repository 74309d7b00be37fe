/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.net.InetAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * By which names the endpoint may be called where only this machine reaches it and nobody is asked
 * for a password: loopback is no boundary for a browser, which a foreign page can lead here under a
 * name of its own (DNS rebinding). Such a page cannot change the {@code Host} header.
 */
final class AllowedHosts {
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  private final boolean any;
  private final Set<String> names = new HashSet<>();

  private AllowedHosts(boolean any) {
    this.any = any;
  }

  /** Returns the names for an endpoint that was bound by one, of which {@code *} stands for all. */
  static AllowedHosts of(String host, InetAddress bound, boolean asksWho, Set<String> more) {
    AllowedHosts allowed =
        new AllowedHosts(!bound.isLoopbackAddress() || asksWho || more.contains("*"));
    allowed.names.add("localhost");
    allowed.names.add(host.toLowerCase(Locale.ROOT));
    more.forEach(name -> allowed.names.add(name.toLowerCase(Locale.ROOT)));
    return allowed;
  }

  /** Whether a request names none but these; an address cannot be anybody else's name. */
  boolean allow(RequestHead request) {
    if (any) {
      return true;
    }
    List<String> hosts = Collections.list(request.getHeaders("Host"));
    return hosts.stream().allMatch(this::isAllowed);
  }

  private boolean isAllowed(String host) {
    String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
    // RFC 6761 6.3: no name below localhost leads elsewhere.
    return ADDRESS.matcher(name).matches() || name.endsWith(".localhost") || names.contains(name);
  }
}
