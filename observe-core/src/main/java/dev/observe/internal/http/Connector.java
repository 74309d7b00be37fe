/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.util.LogText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The way to an endpoint: directly or through a proxy of HTTP, in clear text or with TLS. */
public final class Connector {
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  private final URI endpoint;
  private final @Nullable SSLContext sslContext;
  private final @Nullable ProxySelector proxies;
  private final long connectTimeoutNanos;

  /**
   * Makes no connection yet.
   *
   * @param sslContext null for the JVM's own
   * @param proxies null where there are none
   */
  public Connector(
      URI endpoint,
      @Nullable SSLContext sslContext,
      @Nullable ProxySelector proxies,
      Duration connectTimeout) {
    this.endpoint = endpoint;
    this.sslContext = sslContext;
    this.proxies = proxies;
    this.connectTimeoutNanos = bounded(connectTimeout).toNanos();
  }

  /** Returns the host, without the brackets that a URL has around an address of IPv6. */
  public static String host(URI endpoint) {
    String host = String.valueOf(endpoint.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public static int port(URI endpoint) {
    if (endpoint.getPort() >= 0) {
      return endpoint.getPort();
    }
    return "https".equals(endpoint.getScheme()) ? 443 : 80;
  }

  /** Returns scheme, host and path; neither user nor query, as either may hold a secret. */
  static String bare(URI endpoint) {
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return endpoint.getScheme() + "://" + endpoint.getHost() + port + endpoint.getRawPath();
  }

  /** Whom a connection is made to, to go on from there if it is a proxy. */
  public record Hop(String host, int port, boolean isProxy) {}

  public Hop hop() {
    InetSocketAddress proxy = proxy();
    return proxy == null
        ? new Hop(host(endpoint), port(endpoint), false)
        : new Hop(proxy.getHostString(), proxy.getPort(), true);
  }

  /** Returns the proxy that is the way; none but HTTP's are known. */
  public @Nullable InetSocketAddress proxy() {
    if (proxies == null) {
      return null;
    }
    List<Proxy> chosen = proxies.select(URI.create(bare(endpoint)));
    return !chosen.isEmpty()
            && chosen.get(0).type() == Proxy.Type.HTTP
            && chosen.get(0).address() instanceof InetSocketAddress address
        ? address
        : null;
  }

  /** Connects; for TLS, through a proxy if there is one, as the other end of a tunnel. */
  public void connect(DeadlineSocket wire, Hop hop, InetAddress address, boolean tls)
      throws IOException {
    wire.connect(new InetSocketAddress(address, hop.port()), connectTimeoutNanos);
    if (hop.isProxy() && tls) {
      tunnel(wire);
    }
  }

  /** RFC 9110, 9.3.6. */
  private void tunnel(DeadlineSocket wire) throws IOException {
    String to = endpoint.getHost() + ":" + port(endpoint);
    String request = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n";
    wire.getOutputStream().write(request.getBytes(ISO_8859_1));
    int status = HttpResponse.readConnected(wire.getInputStream());
    if (status / 100 != 2) {
      throw new IOException("the proxy makes no tunnel, HTTP " + status);
    }
  }

  /**
   * Lays TLS over a connection, without a handshake yet.
   *
   * @param protocol what will be spoken: a port for gRPC refuses who offers HTTP/1.1 only, and the
   *     reverse
   * @param identified whether TLS is to fail when the certificate is for another host
   */
  public SSLSocket secure(DeadlineSocket wire, String protocol, boolean identified)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(wire, host(endpoint), port(endpoint), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (identified) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    return socket;
  }

  private SSLContext context() throws IOException {
    try {
      return sslContext == null ? SSLContext.getDefault() : sslContext;
    } catch (GeneralSecurityException e) {
      throw new IOException(LogText.describe(e), e);
    }
  }

  /**
   * Returns a time limit as it applies here: zero or less stands for no limit, as for the stock
   * exporter.
   */
  public static Duration bounded(Duration timeout) {
    boolean unlimited = timeout.isZero() || timeout.isNegative();
    return unlimited || timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout;
  }
}
