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
 * The client's request as trusted proxies forward it (promise P12). Each value is valid, or null if
 * the value of the connection applies.
 *
 * <p>{@code Forwarded} (RFC 7239) has precedence over {@code X-Forwarded-*}. Each proxy appends to
 * the right of a list, so a list is read from the right, up to the first element that is not from a
 * trusted proxy; the client may have written the elements to its left.
 *
 * @param clientAddress the rightmost address that is not a trusted proxy, or the leftmost if all
 *     are trusted
 * @param scheme {@code http} or {@code https}
 * @param host the requested host, always with an address
 * @param port the requested port, if {@code X-Forwarded-Port} contains it
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
    String scheme = scheme(outermost(standard, hop, "proto"));
    HostPort host = host(outermost(standard, hop, "host"));

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

  /** Returns the index of the client's element, or -1 if there are none. */
  private static int clientHop(
      List<String> elements, Function<String, @Nullable String> node, TrustedProxies proxies) {
    int hop = elements.size() - 1;
    while (hop > 0 && proxies.trusts(address(node.apply(elements.get(hop))))) {
      hop--;
    }
    return hop;
  }

  /**
   * Returns the parameter that the outermost trusted proxy sent: the proxy that wrote the client's
   * element, otherwise the next one towards us.
   */
  private static @Nullable String outermost(List<String> elements, int hop, String parameter) {
    for (int i = Math.max(hop, 0); i < elements.size(); i++) {
      String value = HeaderElements.parameter(elements.get(i), parameter);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /**
   * Returns the element at the client's distance from the right: a proxy that appends to one list
   * appends to the other. A shorter list was written by one proxy.
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
   * Returns the IP address of a node (RFC 7239 section 6) without brackets and port, or null if it
   * is obfuscated, unknown or not valid.
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

  /** Returns whether the rest is empty or a colon and a port, which may be obfuscated. */
  private static boolean isPort(String node, int from) {
    if (from == node.length()) {
      return true;
    }
    return node.charAt(from) == ':'
        && (node.startsWith("_", from + 1) || HostPort.port(node.substring(from + 1)) != null);
  }
}
