/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.PageMetrics;
import dev.observe.internal.exposition.PageMetrics.Cut;
import dev.observe.internal.exposition.RequestRefusedException;
import dev.observe.internal.server.ConnectionPhase.Stay;
import dev.observe.internal.server.ConnectionPhase.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection and the thread that serves it. */
final class Connection implements Runnable {
  private static final int MAX_DRAINED_BYTES = 2 * 1024 * 1024;

  private final Socket raw;
  private final @Nullable SSLContext tls;
  private final Routes routes;
  private final PageMetrics figures;
  private final Consumer<Connection> onEnd;
  private final ConnectionPhase phase;

  Connection(
      Socket raw,
      @Nullable SSLContext tls,
      Routes routes,
      PageMetrics figures,
      LongSupplier nanoClock,
      Consumer<Connection> onEnd) {
    this.raw = raw;
    this.tls = tls;
    this.routes = routes;
    this.figures = figures;
    this.onEnd = onEnd;
    this.phase = new ConnectionPhase(nanoClock);
  }

  ConnectionPhase phase() {
    return phase;
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException e) {
      // The client went away, or somebody cut it.
    } finally {
      close();
      onEnd.accept(this);
    }
  }

  private void serve() throws IOException {
    Socket socket = raw;
    if (tls != null) {
      // Layered, so that the socket below can be closed at once whatever TLS is waiting for.
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
        enter(Step.IDLE);
      }
      boolean restart = !first;
      first = false;
      more = exchange(reader, restart, out);
    }
    drain(socket);
  }

  /** Serves one request; false if it was the last. */
  private boolean exchange(HeadReader reader, boolean restart, OutputStream out)
      throws IOException {
    RequestHead head;
    try {
      // The first request has its time from the accept on, not again from its first byte.
      head =
          reader.next(
              () -> {
                if (restart) {
                  phase.enter(Step.READING);
                }
              });
    } catch (RequestRefusedException e) {
      enter(Step.HANDLING);
      SocketExchange.refuse(this, out, e.status());
      return false;
    }
    if (head == null) {
      throw new IOException("closed by the client");
    }
    enter(Step.HANDLING);
    SocketExchange exchange = new SocketExchange(this, out, head);
    routes.handle(exchange);
    return exchange.finish();
  }

  void enter(Step step) throws IOException {
    if (!phase.enter(step)) {
      throw new IOException("cut");
    }
  }

  /**
   * Closing a socket with unread input makes the kernel send a reset, which may overtake the answer
   * just given. So the output is ended first and a little input is read away; the housekeeper ends
   * that soon.
   */
  private void drain(Socket socket) throws IOException {
    enter(Step.DRAINING);
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

  /** Closes at once if the connection has not gone on from this stay; counts it. */
  boolean cut(Stay stay, @Nullable Cut reason) {
    if (!phase.cut(stay)) {
      return false;
    }
    if (reason != null) {
      figures.cut(reason);
    }
    if (stay.step() == Step.WRITING) {
      forgetUnsent();
    }
    close();
    return true;
  }

  /** Otherwise the kernel would keep what it has for a client that does not read it. */
  private void forgetUnsent() {
    try {
      raw.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already.
    }
  }

  void close() {
    try {
      raw.close();
    } catch (IOException e) {
      // Closed all the same.
    }
  }
}
