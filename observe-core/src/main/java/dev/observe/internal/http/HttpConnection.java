/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import dev.observe.internal.util.SafeText;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one endpoint, kept open between exchanges. It reconnects after a failure, after
 * the server closed the connection, and after a long idle time.
 *
 * <p>For use by one thread, except {@link #abort}.
 */
public final class HttpConnection {
  /** After a longer idle time a firewall may have dropped the connection without notice. */
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Limits the write of the TLS message that ends the connection. */
  private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** The description of every failure after the deadline. */
  public static final String LATE = "no reply in time";

  private final Connector connector;
  private final boolean tls;
  private final LongSupplier nanoClock;
  private final HostLookup lookup = new HostLookup();
  private volatile @Nullable DeadlineSocket transport;
  private volatile boolean aborted;
  private @Nullable Socket socket;
  private boolean toProxy;
  private long usedNanos;

  public HttpConnection(Connector connector, LongSupplier nanoClock) {
    this.connector = connector;
    this.tls = connector.isTls();
    this.nanoClock = nanoClock;
  }

  /** Connects, unless a usable connection is open. The deadline holds until the next call. */
  public void open(long deadlineNanos) throws IOException {
    DeadlineSocket kept = transport;
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
    transport = opened;
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

  /** Returns whether requests go to a proxy that forwards them, and so need the whole URL. */
  public boolean isToProxy() {
    return toProxy;
  }

  /** Sends a request and reads the response; call {@link #close} when this throws. */
  public HttpResponse exchange(byte[] head, byte[] body, int length, int maxResponseBytes)
      throws IOException {
    Socket connected = socket;
    if (connected == null) {
      throw new IllegalStateException("there is no connection");
    }
    OutputStream out = connected.getOutputStream();
    out.write(head);
    out.write(body, 0, length);
    out.flush();
    HttpResponse response = HttpResponse.read(connected.getInputStream(), maxResponseBytes);
    usedNanos = nanoClock.getAsLong();
    if (response.isLast()) {
      close();
    }
    return response;
  }

  /** Returns the cause of a failed exchange on one line, for the log. */
  public static String describe(Throwable failure, long deadlineNanos) {
    if (failure instanceof UnknownHostException) {
      return "host name unknown";
    }
    if (failure instanceof ConnectException) {
      return "connection refused";
    }
    return System.nanoTime() - deadlineNanos >= 0 ? LATE : SafeText.describe(failure);
  }

  /** Closes the connection; {@link #open} connects again. */
  public void close() {
    DeadlineSocket closing = transport;
    if (closing == null) {
      return;
    }
    closing.deadline(System.nanoTime() + CLOSE_NANOS);
    try (closing) {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // The connection is closed in any case.
    } finally {
      transport = null;
      socket = null;
    }
  }

  /** Ends an exchange in flight, without blocking; later calls fail. Any thread may call this. */
  public void abort() {
    aborted = true;
    lookup.cancel();
    DeadlineSocket open = transport;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // The connection is closed in any case.
      }
    }
  }
}
