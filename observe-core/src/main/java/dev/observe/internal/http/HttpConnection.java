/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint, kept from one exchange to the next, and made anew when it broke,
 * ended or stood idle for long. One thread, but for {@link #abort}.
 */
public final class HttpConnection {
  /** Longer, and a firewall may have forgotten the connection and swallow what is sent. */
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** To tell the other end that TLS ends. */
  private static final long GOODBYE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Connector connector;
  private final boolean tls;
  private final LongSupplier nanoClock;
  private final HostLookup lookup = new HostLookup(InetAddress::getByName);
  private volatile @Nullable DeadlineSocket wire;
  private volatile boolean aborted;
  private @Nullable Socket socket;
  private boolean toProxy;
  private long usedNanos;

  public HttpConnection(Connector connector, boolean tls, LongSupplier nanoClock) {
    this.connector = connector;
    this.tls = tls;
    this.nanoClock = nanoClock;
  }

  /**
   * Sees to it that there is a connection. All waits end at the deadline, until this is called
   * again.
   */
  public void open(long deadlineNanos) throws IOException {
    DeadlineSocket kept = wire;
    if (kept != null) {
      if (nanoClock.getAsLong() - usedNanos < MAX_IDLE_NANOS && kept.isQuiet()) {
        kept.deadline(deadlineNanos);
        return;
      }
      close();
    }
    Connector.Hop hop = connector.hop();
    InetAddress address = lookup.address(hop.host(), deadlineNanos);
    DeadlineSocket opened = DeadlineSocket.open(deadlineNanos);
    wire = opened;
    if (aborted) {
      throw new IOException("cancelled");
    }
    connector.connect(opened, hop, address, tls);
    toProxy = hop.isProxy() && !tls;
    if (tls) {
      SSLSocket secure = connector.secure(opened, "http/1.1", true);
      secure.startHandshake();
      socket = secure;
    } else {
      socket = opened;
    }
    usedNanos = nanoClock.getAsLong();
  }

  /** Whether requests go to a proxy that is to pass them on, and are to say where. */
  public boolean isToProxy() {
    return toProxy;
  }

  /** Sends a request and reads the reply; {@link #close} when it throws. */
  public HttpResponse exchange(byte[] head, byte[] body, int length, int maxReplyBytes)
      throws IOException {
    Socket connected = socket;
    if (connected == null) {
      throw new IllegalStateException("there is no connection");
    }
    OutputStream out = connected.getOutputStream();
    out.write(head);
    out.write(body, 0, length);
    out.flush();
    HttpResponse reply = HttpResponse.read(connected.getInputStream(), maxReplyBytes);
    usedNanos = nanoClock.getAsLong();
    if (reply.isLast()) {
      close();
    }
    return reply;
  }

  /** Hangs up; a connection can be made again. */
  public void close() {
    DeadlineSocket closing = wire;
    if (closing == null) {
      return;
    }
    closing.deadline(System.nanoTime() + GOODBYE_NANOS);
    try (closing) {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // Closed is what it should be.
    } finally {
      wire = null;
      socket = null;
    }
  }

  /** Ends what is under way, without blocking; nothing works from now on. Any thread. */
  public void abort() {
    aborted = true;
    lookup.cancel();
    DeadlineSocket cut = wire;
    if (cut != null) {
      try {
        cut.close();
      } catch (IOException e) {
        // Closed is what it should be.
      }
    }
  }
}
