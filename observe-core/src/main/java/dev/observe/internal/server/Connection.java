/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.PageMetrics;
import dev.observe.internal.exposition.PageMetrics.AbortReason;
import dev.observe.internal.exposition.RequestRejectedException;
import dev.observe.internal.server.ConnectionState.Phase;
import dev.observe.internal.server.ConnectionState.TimedPhase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Serves the requests of one connection, on a thread per connection. */
final class Connection implements Runnable {
  private static final int MAX_DRAINED_BYTES = 2 * 1024 * 1024;

  private final Socket raw;
  private final @Nullable SSLContext tls;
  private final Routes routes;
  private final PageMetrics metrics;
  private final Consumer<Connection> onEnd;
  private final ConnectionState state;

  Connection(
      Socket raw,
      @Nullable SSLContext tls,
      Routes routes,
      PageMetrics metrics,
      LongSupplier nanoClock,
      Consumer<Connection> onEnd) {
    this.raw = raw;
    this.tls = tls;
    this.routes = routes;
    this.metrics = metrics;
    this.onEnd = onEnd;
    this.state = new ConnectionState(nanoClock);
  }

  ConnectionState state() {
    return state;
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException e) {
      // The client closed the connection, or another thread aborted it.
    } finally {
      close();
      onEnd.accept(this);
    }
  }

  private void serve() throws IOException {
    Socket socket = raw;
    if (tls != null) {
      // TLS is layered over the raw socket, which can be closed at any time, also when TLS blocks.
      SSLSocket layered =
          (SSLSocket) tls.getSocketFactory().createSocket(raw, (InputStream) null, false);
      layered.setUseClientMode(false);
      socket = layered;
    }
    OutputStream out = socket.getOutputStream();
    HeadReader reader = new HeadReader(socket.getInputStream());
    boolean first = true;
    boolean more = true;
    while (more) {
      if (!first) {
        enter(Phase.IDLE);
      }
      boolean restart = !first;
      first = false;
      more = exchange(reader, restart, out);
    }
    drain(socket);
  }

  /**
   * Serves one request and returns whether the connection can serve another.
   *
   * @param restart whether the first byte of the request restarts the time limit; that of the first
   *     request runs from the accept
   */
  private boolean exchange(HeadReader reader, boolean restart, OutputStream out)
      throws IOException {
    RequestHead head;
    try {
      head =
          reader.next(
              () -> {
                if (restart) {
                  state.enter(Phase.READING);
                }
              });
    } catch (RequestRejectedException e) {
      enter(Phase.HANDLING);
      SocketExchange.reject(this, out, e.status());
      return false;
    }
    if (head == null) {
      throw new IOException("closed by the client");
    }
    enter(Phase.HANDLING);
    SocketExchange exchange = new SocketExchange(this, out, head);
    routes.handle(exchange);
    return exchange.finish();
  }

  void enter(Phase phase) throws IOException {
    if (!state.enter(phase)) {
      throw new IOException("aborted");
    }
  }

  /**
   * Shuts down the output and discards some input. Closing a socket with unread input would make
   * the kernel send a reset, which may overtake the response.
   */
  private void drain(Socket socket) throws IOException {
    enter(Phase.DRAINING);
    socket.shutdownOutput();
    InputStream in = raw.getInputStream();
    byte[] discarded = new byte[1024];
    int total = 0;
    int read = in.read(discarded);
    while (read >= 0 && total < MAX_DRAINED_BYTES) {
      total += read;
      read = in.read(discarded);
    }
  }

  /** Closes the connection at once and counts it, if it is still in the given phase. */
  boolean abort(TimedPhase expected, @Nullable AbortReason reason) {
    if (!state.abort(expected)) {
      return false;
    }
    if (reason != null) {
      metrics.connectionAborted(reason);
    }
    if (expected.phase() == Phase.WRITING) {
      discardUnsent();
    }
    close();
    return true;
  }

  /** Makes the kernel drop its send buffer, which the client does not read. */
  private void discardUnsent() {
    try {
      raw.setSoLinger(true, 0);
    } catch (IOException e) {
      // The socket is closed already.
    }
  }

  void close() {
    try {
      raw.close();
    } catch (IOException e) {
      // The socket is closed even if this fails.
    }
  }
}
