/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link MetricsEndpoint}; of a setting made twice the last one holds.
 *
 * <p>Not safe for use by several threads.
 *
 * @since 0.1
 */
public final class MetricsEndpointBuilder {
  /** The host bound when none is set: {@value}. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** The port bound when none is set: {@value}. */
  public static final int DEFAULT_PORT = 2112;

  /** The path of the page when none is set: {@value}. */
  public static final String DEFAULT_PATH = "/metrics";

  private static final Duration DEFAULT_TIME_LIMIT = Duration.ofSeconds(10);
  private static final Duration MAX_TIME_LIMIT = Duration.ofHours(1);

  final MetricsPage page;
  final Credentials credentials = new Credentials();
  private final Map<String, EndpointHandler> handlers = new LinkedHashMap<>();
  Set<String> allowedHosts = Set.of();
  String host = DEFAULT_HOST;
  @Nullable InetAddress address;
  int port = DEFAULT_PORT;
  String path = DEFAULT_PATH;
  @Nullable SSLContext tls;
  Duration requestTimeLimit = DEFAULT_TIME_LIMIT;
  Duration responseTimeLimit = DEFAULT_TIME_LIMIT;
  Duration idleTimeLimit = DEFAULT_TIME_LIMIT;

  MetricsEndpointBuilder(MetricsPage page) {
    this.page = requireNonNull(page, "page");
  }

  /**
   * The address to listen on. Wider than loopback and with neither authentication nor TLS, one
   * warning is logged at the start.
   *
   * <p>Defaults to {@value #DEFAULT_HOST}.
   *
   * @param host a name or an IP address; 0.0.0.0 means all of this machine's
   * @throws IllegalArgumentException if {@code host} is blank or no host
   */
  public MetricsEndpointBuilder host(String host) {
    requireNonNull(host, "host");
    if (host.isBlank() || host.matches(".*[\\s/\\[\\]@?#].*")) {
      throw new IllegalArgumentException(
          "host must be a name or an IP address without brackets, was \"" + host + "\"");
    }
    this.host = host;
    this.address = null;
    return this;
  }

  /** As {@link #host(String)}, with the address of the host, which is then not looked up. */
  public MetricsEndpointBuilder host(String host, InetAddress address) {
    host(host);
    this.address = address;
    return this;
  }

  /**
   * By which names the endpoint may be called, beside {@code localhost}, addresses and what was
   * given to {@link #host}, while it listens to loopback only and asks for no password or token: a
   * foreign page in a browser on this machine reaches loopback under a name of its own. A request
   * for another name is answered with status 421. A proxy on this machine needs its name here.
   *
   * <p>Defaults to none.
   *
   * @param names host names without a port; {@code *} stands for every name
   * @throws IllegalArgumentException if a name is blank or has a port
   */
  public MetricsEndpointBuilder allowedHosts(String... names) {
    for (String name : names) {
      if (!name.matches("\\*|[^\\s:/]+")) {
        throw new IllegalArgumentException(
            "allowedHosts must be host names without a port, or *, was \"" + name + "\"");
      }
    }
    this.allowedHosts = new HashSet<>(Arrays.asList(names));
    return this;
  }

  /**
   * The port to listen on.
   *
   * <p>Defaults to {@value #DEFAULT_PORT}.
   *
   * @param port 0 to 65535; 0 takes any free one, which {@link MetricsEndpoint#uri} then tells
   * @throws IllegalArgumentException if {@code port} is out of range
   */
  public MetricsEndpointBuilder port(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, was " + port);
    }
    this.port = port;
    return this;
  }

  /**
   * The path of the page.
   *
   * <p>Defaults to {@value #DEFAULT_PATH}.
   *
   * @param path begins with a slash; compared as it stands, without decoding
   * @throws IllegalArgumentException if {@code path} is not a plain path
   */
  public MetricsEndpointBuilder path(String path) {
    this.path = checkedPath(path);
    return this;
  }

  /**
   * Adds a handler for another path.
   *
   * @param path begins with a slash; compared as it stands, without decoding
   * @param handler answers the GET and HEAD requests for it
   * @throws IllegalArgumentException if {@code path} is not a plain path
   */
  public MetricsEndpointBuilder addHandler(String path, EndpointHandler handler) {
    handlers.put(checkedPath(path), requireNonNull(handler, "handler"));
    return this;
  }

  /**
   * Asks for a user and password. With a bearer token set too, either is enough. Without TLS the
   * password can be read on the way.
   *
   * @param user without a colon
   * @param password at least one character
   * @throws IllegalArgumentException if either is empty, or {@code user} has a colon
   */
  public MetricsEndpointBuilder basicAuthentication(String user, String password) {
    if (user.isEmpty() || user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "user must not be empty nor contain a colon, was \"" + user + "\"");
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException("password must not be empty");
    }
    credentials.basic(user, password);
    return this;
  }

  /**
   * Asks for a bearer token. With a user and password set too, either is enough. Without TLS the
   * token can be read on the way.
   *
   * @param token letters, digits and {@code - . _ ~ + / =}
   * @throws IllegalArgumentException if {@code token} is empty or has other characters
   */
  public MetricsEndpointBuilder bearerToken(String token) {
    // RFC 6750 2.1. The token itself has no place in a message.
    if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
      throw new IllegalArgumentException(
          "token must be one or more of letters, digits and - . _ ~ + / =, was something else");
    }
    credentials.bearer(token);
    return this;
  }

  /**
   * Serves HTTPS in the place of HTTP.
   *
   * @param context has the server's key and certificate
   */
  public MetricsEndpointBuilder tls(SSLContext context) {
    this.tls = requireNonNull(context, "context");
    return this;
  }

  /**
   * Serves HTTPS with a certificate and key in PEM files, read now and not again.
   *
   * @param certificateChain the server's certificate, followed by those that sign it
   * @param privateKey the key of the first certificate: PKCS#8, not encrypted
   * @throws IllegalArgumentException if a file cannot be read or used
   */
  public MetricsEndpointBuilder tlsPem(Path certificateChain, Path privateKey) {
    return tls(TlsFiles.pem(certificateChain, privateKey));
  }

  /**
   * Serves HTTPS with a key store (PKCS12 or JKS), read now and not again.
   *
   * @param keyStore has one private key with its certificates
   * @param password of the store and of the key
   * @throws IllegalArgumentException if the file cannot be read or used
   */
  public MetricsEndpointBuilder tlsKeyStore(Path keyStore, String password) {
    return tls(TlsFiles.keyStore(keyStore, password));
  }

  /**
   * How long a client may take from connecting to the end of its request's headers.
   *
   * <p>Defaults to 10 seconds.
   *
   * @param limit more than zero, at most one hour
   * @throws IllegalArgumentException if {@code limit} is out of range
   */
  public MetricsEndpointBuilder requestTimeLimit(Duration limit) {
    this.requestTimeLimit = checkedLimit("requestTimeLimit", limit);
    return this;
  }

  /**
   * How long a client may take to read a whole response, however large. Prometheus, too, gives up
   * after ten seconds by default.
   *
   * <p>Defaults to 10 seconds.
   *
   * @param limit more than zero, at most one hour
   * @throws IllegalArgumentException if {@code limit} is out of range
   */
  public MetricsEndpointBuilder responseTimeLimit(Duration limit) {
    this.responseTimeLimit = checkedLimit("responseTimeLimit", limit);
    return this;
  }

  /**
   * How long a connection is kept open for a further request.
   *
   * <p>Defaults to 10 seconds.
   *
   * @param limit more than zero, at most one hour
   * @throws IllegalArgumentException if {@code limit} is out of range
   */
  public MetricsEndpointBuilder idleTimeLimit(Duration limit) {
    this.idleTimeLimit = checkedLimit("idleTimeLimit", limit);
    return this;
  }

  /**
   * Binds the port and begins to answer.
   *
   * @throws IllegalArgumentException if a handler was added for the path of the page
   * @throws java.io.UncheckedIOException if the address cannot be bound, most often because another
   *     program has the port
   */
  public MetricsEndpoint start() {
    return MetricsEndpoint.start(this);
  }

  Map<String, EndpointHandler> allHandlers() {
    Map<String, EndpointHandler> all = new LinkedHashMap<>(handlers);
    if (all.put(path, page) != null) {
      throw new IllegalArgumentException(
          "path must differ from those of the handlers, was \"" + path + "\"");
    }
    return all;
  }

  private static String checkedPath(String path) {
    if (!path.matches("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")) {
      throw new IllegalArgumentException(
          "path must begin with / and be a path without query, was \"" + path + "\"");
    }
    return path;
  }

  private static Duration checkedLimit(String name, Duration limit) {
    if (limit.isNegative() || limit.isZero() || limit.compareTo(MAX_TIME_LIMIT) > 0) {
      throw new IllegalArgumentException(
          name + " must be more than zero and at most one hour, was " + limit);
    }
    return limit;
  }
}
