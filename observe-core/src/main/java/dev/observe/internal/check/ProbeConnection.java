/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.http.Connector;
import dev.observe.internal.http.DeadlineSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection after another to an endpoint, says something, and tells what came back.
 *
 * <p>No HTTP client: it hides the very bytes that tell one mistake from another. One thread; {@link
 * #close} by any.
 */
final class ProbeConnection implements AutoCloseable {
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
  private static final long MAX_ASIDE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int MAX_REPLY_BYTES = 64 * 1024;

  /** RFC 9113, 3.4: the preface, and a SETTINGS frame without settings. */
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1);

  private final ProbeTarget target;
  private final Connector connector;
  private final long deadlineNanos;
  private volatile Stage stage = Stage.LOOKUP;
  private volatile @Nullable DeadlineSocket open;
  private volatile boolean closed;
  private @Nullable X509Certificate certificate;

  ProbeConnection(ProbeTarget target, long deadlineNanos) {
    this.target = target;
    this.connector =
        new Connector(
            URI.create(target.url()),
            target.sslContext(),
            target.proxies(),
            target.connectTimeout());
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
  ProbeAnswer say(Saying saying) {
    return say(saying, target.tls(), true, target.path());
  }

  /**
   * Connects and says something.
   *
   * @param identified whether TLS is to fail when the certificate is for another host
   */
  ProbeAnswer say(Saying saying, boolean tls, boolean identified, String path) {
    stage = Stage.LOOKUP;
    try (DeadlineSocket wire = DeadlineSocket.open(deadlineNanos)) {
      open = wire;
      if (closed) {
        throw new IOException("cancelled");
      }
      Connector.Hop hop = connector.hop();
      InetAddress address = InetAddress.getByName(hop.host());
      stage = Stage.CONNECT;
      connector.connect(wire, hop, address, tls);
      Socket socket = wire;
      if (tls) {
        stage = Stage.HANDSHAKE;
        socket = handshake(wire, saying, identified);
      }
      if (saying == Saying.NOTHING) {
        return new ProbeAnswer.TlsDone();
      }
      stage = Stage.REPLY;
      return exchange(
          socket, words(saying, hop.isProxy() && !tls ? target.url("http", path) : path));
    } catch (UnknownHostException e) {
      return new ProbeAnswer.NoAddress();
    } catch (IOException e) {
      return failed(e);
    } finally {
      open = null;
    }
  }

  private ProbeAnswer failed(IOException failure) {
    if (stage == Stage.LOOKUP || stage == Stage.CONNECT) {
      return new ProbeAnswer.NotConnected(failure);
    }
    if (failure instanceof SocketTimeoutException) {
      return new ProbeAnswer.Silent(stage == Stage.HANDSHAKE);
    }
    return stage == Stage.HANDSHAKE || failure instanceof SSLException
        ? new ProbeAnswer.TlsFailed(failure)
        : new ProbeAnswer.Closed();
  }

  /** Returns the proxy that the exporter would go through. */
  @Nullable InetSocketAddress proxy() {
    return connector.proxy();
  }

  private SSLSocket handshake(DeadlineSocket wire, Saying saying, boolean identified)
      throws IOException {
    boolean http2 = saying == Saying.HTTP2;
    SSLSocket socket = connector.secure(wire, http2 ? "h2" : "http/1.1", identified);
    // Half of the time: who waits for an end of line in clear text is to be asked another way.
    long now = System.nanoTime();
    long half = (deadlineNanos - now) / 2;
    wire.deadline(now + (saying == Saying.NOTHING ? Math.min(MAX_ASIDE_NANOS, half) : half));
    socket.startHandshake();
    wire.deadline(deadlineNanos);
    Certificate[] chain = socket.getSession().getPeerCertificates();
    certificate = chain[0] instanceof X509Certificate x509 ? x509 : null;
    return socket;
  }

  private byte[] words(Saying saying, String line) {
    if (saying == Saying.HTTP2) {
      return HTTP2_PREFACE;
    }
    StringBuilder request = new StringBuilder("POST ").append(line).append(" HTTP/1.1\r\n");
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

  private ProbeAnswer exchange(Socket socket, byte[] words) throws IOException {
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
        int count = in.read(buffer);
        if (count < 0) {
          break;
        }
        received.write(buffer, 0, count);
        ProbeAnswer answer = ProbeAnswer.of(received.toByteArray(), false);
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
    ProbeAnswer answer = ProbeAnswer.of(received.toByteArray(), true);
    return answer == null ? new ProbeAnswer.Closed() : answer;
  }

  /** Ends what is under way, without blocking. */
  @Override
  public void close() {
    closed = true;
    DeadlineSocket wire = open;
    if (wire != null) {
      try {
        wire.close();
      } catch (IOException e) {
        // Closed is what it should be.
      }
    }
  }
}
