/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Timeouts;
import dev.observe.internal.util.Urls;
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

/** Connects to an endpoint: directly or through an HTTP proxy, with or without TLS. */
public final class Connector {
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  private final URI endpoint;
  private final @Nullable SSLContext sslContext;
  private final @Nullable ProxySelector proxies;
  private final long connectTimeoutNanos;

  /**
   * Creates a connector; no connection is made.
   *
   * @param sslContext null for the JVM's default
   * @param proxies null for a direct connection
   */
  public Connector(
      URI endpoint,
      @Nullable SSLContext sslContext,
      @Nullable ProxySelector proxies,
      Duration connectTimeout) {
    this.endpoint = endpoint;
    this.sslContext = sslContext;
    this.proxies = proxies;
    this.connectTimeoutNanos = Timeouts.nanos(bounded(connectTimeout));
  }

  boolean isTls() {
    return Urls.isHttps(endpoint);
  }

  /** The host and port to connect to: those of the proxy if there is one. */
  public record Hop(String host, int port, boolean isProxy) {}

  /** Returns the host and port of the TCP connection. */
  public Hop hop() {
    InetSocketAddress proxy = proxy();
    return proxy == null
        ? new Hop(Urls.host(endpoint), Urls.port(endpoint), false)
        : new Hop(proxy.getHostString(), proxy.getPort(), true);
  }

  /** Returns the HTTP proxy of the endpoint, or null; proxies of other types are ignored. */
  public @Nullable InetSocketAddress proxy() {
    if (proxies == null) {
      return null;
    }
    List<Proxy> chosen = proxies.select(URI.create(Urls.base(endpoint) + endpoint.getRawPath()));
    return !chosen.isEmpty()
            && chosen.get(0).type() == Proxy.Type.HTTP
            && chosen.get(0).address() instanceof InetSocketAddress address
        ? address
        : null;
  }

  /** Connects to the hop and, for TLS through a proxy, opens a tunnel to the endpoint. */
  public void connect(DeadlineSocket socket, Hop hop, InetAddress address, boolean tls)
      throws IOException {
    socket.connect(new InetSocketAddress(address, hop.port()), connectTimeoutNanos);
    if (hop.isProxy() && tls) {
      tunnel(socket);
    }
  }

  /** RFC 9110, 9.3.6. */
  private void tunnel(DeadlineSocket socket) throws IOException {
    String to = endpoint.getHost() + ":" + Urls.port(endpoint);
    String request = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    int status = HttpResponse.readConnected(socket.getInputStream());
    if (status / 100 != 2) {
      throw new IOException("the proxy refused the tunnel, HTTP " + status);
    }
  }

  /**
   * Returns a TLS socket over a connection; the handshake has not started.
   *
   * @param protocol the ALPN protocol: a gRPC port refuses a client that offers HTTP/1.1 only
   * @param verifyHost whether the handshake fails if the certificate is for another host
   */
  public SSLSocket secure(DeadlineSocket connected, String protocol, boolean verifyHost)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context()
                .getSocketFactory()
                .createSocket(connected, Urls.host(endpoint), Urls.port(endpoint), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (verifyHost) {
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
      throw new IOException(SafeText.describe(e), e);
    }
  }

  /**
   * Returns a timeout of at most one day; zero or less means no timeout, as for the stock exporter.
   */
  public static Duration bounded(Duration timeout) {
    boolean unlimited = timeout.isZero() || timeout.isNegative();
    return unlimited || timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout;
  }
}
