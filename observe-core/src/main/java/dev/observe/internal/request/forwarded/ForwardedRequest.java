/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import dev.observe.internal.semconv.Scheme;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What trusted proxies say of the request as the client sent it (promise P12). Each value is valid,
 * or null: then that of the connection stands.
 *
 * <p>{@code Forwarded} (RFC 7239) is asked first, and {@code X-Forwarded-*} for what it does not
 * tell. Of the proxies on the way each adds itself on the right, so a list is believed from the
 * right and as far as there are trusted proxies; what stands further left the client may have
 * written.
 *
 * @param clientAddress the rightmost address that is not a trusted proxy's; the leftmost when all
 *     are
 * @param scheme {@code http} or {@code https}
 * @param host the host that the client asked for, always with an address
 * @param port the port that the client asked for, when {@code X-Forwarded-Port} tells it
 */
public record ForwardedRequest(
    @Nullable String clientAddress,
    @Nullable String scheme,
    @Nullable HostPort host,
    @Nullable Long port) {

  /**
   * Reads the headers of a request that came from a trusted proxy.
   *
   * @param headers returns the values of a header, in the order of the request
   */
  public static ForwardedRequest read(
      Function<String, Iterator<String>> headers, TrustedProxies proxies) {
    List<String> standard = HeaderElements.of(headers.apply("Forwarded"), true);
    int hop = clientHop(standard, element -> HeaderElements.parameter(element, "for"), proxies);
    String client = hop < 0 ? null : address(HeaderElements.parameter(standard.get(hop), "for"));
    String scheme = scheme(said(standard, hop, "proto"));
    HostPort host = host(said(standard, hop, "host"));

    List<String> nodes = plain(headers, "X-Forwarded-For");
    int nodeHop = clientHop(nodes, node -> node, proxies);
    int distance = nodes.isEmpty() ? 0 : nodes.size() - 1 - nodeHop;
    if (client == null && nodeHop >= 0) {
      client = address(nodes.get(nodeHop));
    }
    if (scheme == null) {
      scheme = scheme(atDistance(plain(headers, "X-Forwarded-Proto"), distance));
    }
    Long port = null;
    if (host == null) {
      host = host(atDistance(plain(headers, "X-Forwarded-Host"), distance));
      String number = atDistance(plain(headers, "X-Forwarded-Port"), distance);
      port = number == null ? null : HostPort.port(number);
    }
    return new ForwardedRequest(client, scheme, host, port);
  }

  private static List<String> plain(Function<String, Iterator<String>> headers, String name) {
    return HeaderElements.of(headers.apply(name), false);
  }

  /** Returns the index of the element that tells of the client, or -1 when there are none. */
  private static int clientHop(
      List<String> elements, Function<String, @Nullable String> node, TrustedProxies proxies) {
    int hop = elements.size() - 1;
    while (hop > 0 && proxies.trusts(address(node.apply(elements.get(hop))))) {
      hop--;
    }
    return hop;
  }

  /**
   * Returns what the outermost trusted proxy says that says anything: the one that wrote the
   * client's element, else those nearer to us.
   */
  private static @Nullable String said(List<String> elements, int hop, String parameter) {
    for (int i = Math.max(hop, 0); i < elements.size(); i++) {
      String value = HeaderElements.parameter(elements.get(i), parameter);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /**
   * Returns the element as far from the right as the client is among the addresses: who adds to one
   * list adds to the other. A shorter list was written by one proxy for all.
   */
  private static @Nullable String atDistance(List<String> elements, int distance) {
    return elements.isEmpty() ? null : elements.get(Math.max(0, elements.size() - 1 - distance));
  }

  private static @Nullable String scheme(@Nullable String text) {
    return Scheme.HTTPS.equalsIgnoreCase(text)
        ? Scheme.HTTPS
        : Scheme.HTTP.equalsIgnoreCase(text) ? Scheme.HTTP : null;
  }

  private static @Nullable HostPort host(@Nullable String text) {
    HostPort parsed = text == null ? null : HostPort.parse(text);
    return parsed == null || parsed.address() == null ? null : parsed;
  }

  /**
   * Returns the IP address of a node (RFC 7239 section 6), without brackets and port, or null when
   * it is hidden, unknown or nonsense.
   */
  static @Nullable String address(@Nullable String node) {
    if (node == null || node.isEmpty()) {
      return null;
    }
    int from = 0;
    int to = node.length();
    int colon = node.indexOf(':');
    if (node.charAt(0) == '[') {
      from = 1;
      to = node.indexOf(']');
      if (to < 0 || !IpLiteral.isIpv6(node, from, to) || !isPort(node, to + 1)) {
        return null;
      }
    } else if (colon >= 0 && colon == node.lastIndexOf(':')) {
      // One colon: a port follows; two or more: an IPv6 address without brackets.
      to = colon;
      if (!isPort(node, to)) {
        return null;
      }
    }
    return IpLiteral.isAddress(node, from, to) ? node.substring(from, to) : null;
  }

  /** Returns whether the rest is nothing, or a colon with a port, which may be an invented name. */
  private static boolean isPort(String node, int from) {
    if (from == node.length()) {
      return true;
    }
    return node.charAt(from) == ':'
        && (node.startsWith("_", from + 1) || HostPort.port(node.substring(from + 1)) != null);
  }
}
