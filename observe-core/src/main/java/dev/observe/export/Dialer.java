/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection after another to an endpoint, says something, and tells what came back.
 *
 * <p>Plain sockets: an HTTP client hides the very bytes that tell one mistake from another, and
 * Java 17's leaves its thread behind. One thread; {@link #close} by any.
 */
final class Dialer implements AutoCloseable {
  /** What is said once connected. */
  enum Saying {
    /** An OTLP request without spans, with the configured headers. */
    REQUEST,
    /** The same without them: they hold credentials, and the other end is not who it should be. */
    REQUEST_WITHOUT_HEADERS,
    /** The beginning of an HTTP/2 connection. */
    HTTP2,
    /** Nothing: the handshake of TLS is all. */
    NOTHING
  }

  /** How far a connection has come. */
  enum Stage {
    LOOKUP,
    CONNECT,
    HANDSHAKE,
    REPLY
  }

  /** For a handshake that is made only to learn whether there is TLS at all. */
  private static final long MAX_ASIDE_MILLIS = 2000;

  private static final int MAX_REPLY_BYTES = 64 * 1024;

  /** RFC 9113, 3.4: the preface, and a SETTINGS frame without settings. */
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1);

  private final ProbeTarget target;
  private final long deadlineNanos;
  private volatile Stage stage = Stage.LOOKUP;
  private volatile @Nullable Socket open;
  private volatile boolean closed;
  private @Nullable X509Certificate certificate;

  Dialer(ProbeTarget target, long deadlineNanos) {
    this.target = target;
    this.deadlineNanos = deadlineNanos;
  }

  Stage stage() {
    return stage;
  }

  /** Returns the certificate of the last handshake that succeeded. */
  @Nullable X509Certificate certificate() {
    return certificate;
  }

  /** Says something to the endpoint as it is configured. */
  Answer say(Saying saying) {
    return say(saying, target.tls(), true, target.path());
  }

  /**
   * Connects and says something.
   *
   * @param identified whether TLS is to fail when the certificate is for another host
   */
  Answer say(Saying saying, boolean tls, boolean identified, String path) {
    stage = Stage.LOOKUP;
    try (Socket plain = connect(tls)) {
      Socket socket = plain;
      if (tls) {
        stage = Stage.HANDSHAKE;
        socket = handshake(plain, saying, identified);
      }
      if (saying == Saying.NOTHING) {
        return new Answer.TlsDone();
      }
      stage = Stage.REPLY;
      return exchange(socket, words(saying, tls, path));
    } catch (UnknownHostException e) {
      return new Answer.NoAddress();
    } catch (IOException e) {
      return failed(e);
    } finally {
      open = null;
    }
  }

  private Answer failed(IOException failure) {
    if (stage == Stage.LOOKUP || stage == Stage.CONNECT) {
      return new Answer.NotConnected(failure);
    }
    if (failure instanceof SocketTimeoutException) {
      return new Answer.Silent(stage == Stage.HANDSHAKE);
    }
    return stage == Stage.HANDSHAKE || failure instanceof SSLException
        ? new Answer.TlsFailed(failure)
        : new Answer.Closed();
  }

  private Socket connect(boolean tls) throws IOException {
    InetSocketAddress proxy = proxy();
    // For https a proxy is asked for a tunnel; for http it is sent the request itself.
    boolean tunnel = proxy != null && tls;
    InetSocketAddress address =
        tunnel
            ? InetSocketAddress.createUnresolved(target.host(), target.port())
            : proxy != null ? resolved(proxy.getHostString(), proxy.getPort()) : resolved();
    Socket socket = new TolerantSocket(tunnel ? new Proxy(Proxy.Type.HTTP, proxy) : Proxy.NO_PROXY);
    try {
      open = socket;
      if (closed) {
        throw new IOException("cancelled");
      }
      stage = Stage.CONNECT;
      long limit = target.connectTimeout().toMillis();
      long left = millisLeft();
      socket.connect(address, (int) (limit <= 0 ? left : Math.min(limit, left)));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private InetSocketAddress resolved() throws UnknownHostException {
    return resolved(target.host(), target.port());
  }

  private static InetSocketAddress resolved(String host, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /** Returns the proxy that the exporter's client would go through; it knows none but HTTP's. */
  @Nullable InetSocketAddress proxy() {
    ProxySelector proxies = target.proxies();
    if (proxies == null) {
      return null;
    }
    List<Proxy> chosen = proxies.select(URI.create(target.url()));
    return !chosen.isEmpty()
            && chosen.get(0).type() == Proxy.Type.HTTP
            && chosen.get(0).address() instanceof InetSocketAddress address
        ? address
        : null;
  }

  private SSLSocket handshake(Socket plain, Saying saying, boolean identified) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(plain, target.host(), target.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (identified) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    // A port for gRPC refuses who offers HTTP/1.1 only, and the reverse.
    boolean http2 = saying == Saying.HTTP2;
    parameters.setApplicationProtocols(new String[] {http2 ? "h2" : "http/1.1"});
    socket.setSSLParameters(parameters);
    // Half of the time: who waits for an end of line in clear text is to be asked another way.
    long limit = saying == Saying.NOTHING ? MAX_ASIDE_MILLIS : millisLeft();
    socket.setSoTimeout((int) Math.max(1, Math.min(limit, millisLeft() / 2)));
    socket.startHandshake();
    Certificate[] chain = socket.getSession().getPeerCertificates();
    certificate = chain[0] instanceof X509Certificate x509 ? x509 : null;
    return socket;
  }

  private SSLContext context() throws IOException {
    SSLContext configured = target.sslContext();
    try {
      return configured == null ? SSLContext.getDefault() : configured;
    } catch (GeneralSecurityException e) {
      throw new IOException(Text.describe(e), e);
    }
  }

  private byte[] words(Saying saying, boolean tls, String path) {
    if (saying == Saying.HTTP2) {
      return HTTP2_PREFACE;
    }
    boolean toProxy = !tls && proxy() != null;
    StringBuilder request = new StringBuilder("POST ");
    request.append(toProxy ? target.url("http", path) : path).append(" HTTP/1.1\r\n");
    header(request, "Host", target.authority());
    header(request, "Content-Type", "application/x-protobuf");
    header(request, "Content-Length", "0");
    header(request, "Connection", "close");
    if (saying == Saying.REQUEST) {
      for (Map.Entry<String, List<String>> entry : target.headers().entrySet()) {
        entry.getValue().forEach(value -> header(request, entry.getKey(), value));
      }
    }
    return request.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  /** The exporter's client refuses a line break in a header; so none gets here. */
  private static void header(StringBuilder request, String name, String value) {
    request.append(name).append(": ").append(value).append("\r\n");
  }

  private Answer exchange(Socket socket, byte[] words) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    IOException cut = null;
    try {
      socket.getOutputStream().write(words);
    } catch (IOException e) {
      // From TLS, whose reading then fails too and may say less.
      cut = e;
    }
    byte[] buffer = new byte[8192];
    try {
      InputStream in = socket.getInputStream();
      while (received.size() < MAX_REPLY_BYTES) {
        socket.setSoTimeout((int) millisLeft());
        int count = in.read(buffer);
        if (count < 0) {
          break;
        }
        received.write(buffer, 0, count);
        Answer answer = Answer.of(received.toByteArray(), false);
        if (answer != null) {
          return answer;
        }
      }
    } catch (IOException e) {
      cut = cut instanceof SSLException ? cut : e;
    }
    if (received.size() == 0 && cut != null) {
      throw cut;
    }
    Answer answer = Answer.of(received.toByteArray(), true);
    return answer == null ? new Answer.Closed() : answer;
  }

  private long millisLeft() throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("out of time");
    }
    return Math.min(left, Integer.MAX_VALUE);
  }

  /** Ends what is under way, without blocking. */
  @Override
  public void close() {
    closed = true;
    Socket socket = open;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed is what it should be.
      }
    }
  }
}
