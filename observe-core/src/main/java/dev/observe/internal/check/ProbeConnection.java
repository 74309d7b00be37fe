/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.http.Connector;
import dev.observe.internal.http.DeadlineSocket;
import dev.observe.internal.http.HostLookup;
import dev.observe.internal.http.HttpResponse;
import dev.observe.internal.http.RequestHead;
import java.io.FilterInputStream;
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
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Connects to an endpoint, once per probe, and classifies the answer. It uses the parts of the
 * exporter's client, but sees each stage and the first bytes, which differ between one mistake and
 * another.
 *
 * <p>For use by one thread, except {@link #close}.
 */
final class ProbeConnection implements AutoCloseable {
  /** The bytes to send after connecting. */
  enum Probe {
    /** An OTLP request without spans, with the configured headers. */
    REQUEST,
    /** The same without headers, as they hold credentials and the peer may be the wrong one. */
    REQUEST_WITHOUT_HEADERS,
    /** The beginning of an HTTP/2 connection. */
    HTTP2,
    /** No bytes after the TLS handshake. */
    TLS_HANDSHAKE
  }

  /** The stages of a connection. */
  enum Stage {
    LOOKUP,
    CONNECT,
    HANDSHAKE,
    REPLY
  }

  /** Limits a handshake that only tests whether the port speaks TLS. */
  private static final long MAX_HANDSHAKE_PROBE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int MAX_RESPONSE_BYTES = 64 * 1024;

  /** RFC 9113, 3.4: the preface, and a SETTINGS frame without settings. */
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1);

  private final ProbeTarget target;
  private final Connector connector;
  private final long deadlineNanos;
  private final HostLookup lookup = new HostLookup();
  private volatile @Nullable DeadlineSocket open;
  private volatile boolean closed;
  private Stage stage = Stage.LOOKUP;
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

  /** Returns the peer's certificate of the last successful handshake. */
  @Nullable X509Certificate certificate() {
    return certificate;
  }

  /** Returns the proxy that the exporter uses, or null. */
  @Nullable InetSocketAddress proxy() {
    return connector.proxy();
  }

  /** Sends a probe to the endpoint as configured. */
  ProbeAnswer send(Probe probe) {
    return send(probe, target.tls(), true, target.path());
  }

  /**
   * Connects, sends a probe and returns the answer.
   *
   * @param verifyHost whether the handshake fails if the certificate is for another host
   */
  ProbeAnswer send(Probe probe, boolean tls, boolean verifyHost, String path) {
    stage = Stage.LOOKUP;
    try (DeadlineSocket connection = DeadlineSocket.open(deadlineNanos)) {
      open = connection;
      if (closed) {
        throw new IOException("cancelled");
      }
      Connector.Hop hop = connector.hop();
      InetAddress address = lookup.address(hop.host(), deadlineNanos);
      stage = Stage.CONNECT;
      connector.connect(connection, hop, address, tls);
      Socket socket = connection;
      if (tls) {
        stage = Stage.HANDSHAKE;
        socket = handshake(connection, probe, verifyHost);
      }
      if (probe == Probe.TLS_HANDSHAKE) {
        return new ProbeAnswer.TlsDone();
      }
      stage = Stage.REPLY;
      return exchange(socket, bytes(probe, tls, path, hop.isProxy() && !tls));
    } catch (UnknownHostException e) {
      return new ProbeAnswer.NoAddress();
    } catch (SocketTimeoutException e) {
      return new ProbeAnswer.TimedOut(stage);
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
    return stage == Stage.HANDSHAKE || failure instanceof SSLException
        ? new ProbeAnswer.TlsFailed(failure)
        : new ProbeAnswer.Closed();
  }

  private SSLSocket handshake(DeadlineSocket connection, Probe probe, boolean verifyHost)
      throws IOException {
    String protocol = probe == Probe.HTTP2 ? "h2" : "http/1.1";
    SSLSocket socket = connector.secure(connection, protocol, verifyHost);
    // Half of the time: a clear-text server that waits for a line end needs a second probe.
    long now = System.nanoTime();
    long half = (deadlineNanos - now) / 2;
    connection.deadline(
        now + (probe == Probe.TLS_HANDSHAKE ? Math.min(MAX_HANDSHAKE_PROBE_NANOS, half) : half));
    socket.startHandshake();
    connection.deadline(deadlineNanos);
    Certificate[] chain = socket.getSession().getPeerCertificates();
    certificate = chain[0] instanceof X509Certificate x509 ? x509 : null;
    return socket;
  }

  private byte[] bytes(Probe probe, boolean tls, String path, boolean toProxy) {
    if (probe == Probe.HTTP2) {
      return HTTP2_PREFACE;
    }
    URI url = URI.create((tls ? "https://" : "http://") + target.authority() + path);
    RequestHead head =
        new RequestHead("POST", url)
            .header("Content-Type", "application/x-protobuf")
            .header("Connection", "close");
    if (probe == Probe.REQUEST) {
      head.headers(target::headers);
    }
    return head.bytes(0, toProxy);
  }

  private static ProbeAnswer exchange(Socket socket, byte[] request) throws IOException {
    StartRecorder in = new StartRecorder(socket.getInputStream());
    try {
      socket.getOutputStream().write(request);
      return new ProbeAnswer.Http(HttpResponse.readPartial(in, MAX_RESPONSE_BYTES));
    } catch (IOException e) {
      ProbeAnswer answer = in.answer();
      if (answer == null) {
        throw e;
      }
      return answer;
    }
  }

  /** Records the first bytes, and fails the parser once they cannot begin an HTTP/1 response. */
  private static final class StartRecorder extends FilterInputStream {
    private byte[] start = {};
    private @Nullable ProbeAnswer recognised;

    StartRecorder(InputStream in) {
      super(in);
    }

    /** Returns the classification of the received bytes, or null if there are none. */
    @Nullable ProbeAnswer answer() {
      return recognised != null || start.length == 0 ? recognised : new ProbeAnswer.Other();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      int more = Math.min(count, ProbeAnswer.MAX_START_BYTES - start.length);
      if (more > 0) {
        int known = start.length;
        start = Arrays.copyOf(start, known + more);
        System.arraycopy(bytes, offset, start, known, more);
      }
      recognised = ProbeAnswer.ofStart(start, count < 0);
      if (recognised != null) {
        throw new IOException("not HTTP/1");
      }
      return count;
    }
  }

  /** Ends a probe in flight, without blocking; later ones fail. Any thread may call this. */
  @Override
  public void close() {
    closed = true;
    lookup.cancel();
    DeadlineSocket connection = open;
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException e) {
        // The connection is closed in any case.
      }
    }
  }
}
