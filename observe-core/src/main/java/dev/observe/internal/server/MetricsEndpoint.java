/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageMetrics;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP server for the pages of one or several applications, on a separate port.
 *
 * <p>Binds loopback by default. Serves at most {@value Connections#MAX} connections and aborts one
 * that needs more than ten seconds for its request or its response. With all connections open, a
 * new one evicts a slow one, so that a normal scrape is answered at any time. A path without a
 * handler gets status 404 and no body. All threads are daemons.
 *
 * <p>Safe for use by any number of threads.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(MetricsEndpoint.class.getName());

  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static final int BACKLOG = 128;

  /**
   * Large enough for one round trip on a fast network. The kernel holds at most one per connection.
   */
  private static final int SEND_BUFFER_BYTES = 128 * 1024;

  private static final int HOUSEKEEPING_MILLIS = 100;
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EndpointOptions options;
  private final ServerSocket server;
  private final MetricsPage page;
  private final ApplicationPages own;
  private final Applications applications;
  private final String name;
  private final Routes routes;
  private final Connections connections;
  private final @Nullable SSLContext tls;
  private final RateLimitedLog log;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AcceptorThread acceptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MetricsEndpoint(
      EndpointOptions options,
      String wantedName,
      MetricsPage page,
      ApplicationPages own,
      ApplicationPages.Joint joint,
      Duration timeLimit,
      @Nullable SSLContext tls,
      ServerSocket server) {
    this.options = options;
    this.server = server;
    this.page = page;
    this.own = own;
    this.tls = tls;
    this.log = page.log();
    this.applications = new Applications(joint);
    this.name = requireNonNull(applications.add(wantedName, own));
    this.routes = new Routes(applications, options.credentials(), options.allowedHosts(), log);
    this.connections = new Connections(timeLimit, NanoClock.SYSTEM);
    this.acceptor = new AcceptorThread(options.port(), tracked(this::accept));
  }

  /**
   * Binds the port and starts to answer requests.
   *
   * @param name the wanted name of the application in paths
   * @param page has the log and the metrics of the endpoint; it stays open when the endpoint is
   *     closed
   * @param own the pages of the application
   * @param joint the pages about several applications
   * @throws IllegalArgumentException if a TLS file cannot be used
   * @throws UncheckedIOException if the address cannot be bound, most often because another program
   *     uses the port
   */
  static MetricsEndpoint start(
      EndpointOptions options,
      String name,
      MetricsPage page,
      ApplicationPages own,
      ApplicationPages.Joint joint) {
    return start(options, name, page, own, joint, TIME_LIMIT);
  }

  // The endpoint closes the socket.
  @SuppressWarnings("resource")
  static MetricsEndpoint start(
      EndpointOptions options,
      String name,
      MetricsPage page,
      ApplicationPages own,
      ApplicationPages.Joint joint,
      Duration timeLimit) {
    SSLContext tls = options.tls() == null ? null : options.tls().get();
    MetricsEndpoint endpoint = null;
    boolean started = false;
    try {
      endpoint =
          new MetricsEndpoint(options, name, page, own, joint, timeLimit, tls, new ServerSocket());
      endpoint.start(endpoint.acceptor);
      endpoint.bind();
      if (!options.address().isLoopbackAddress()
          && tls == null
          && !options.credentials().required()) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "Every client that reaches this host can read the metrics at "
                + endpoint.uri()
                + ". Set OBSERVE_METRICS_USER and OBSERVE_METRICS_PASSWORD,"
                + " OBSERVE_METRICS_BEARER_TOKEN, or OBSERVE_METRICS_TLS_CERTIFICATE and"
                + " OBSERVE_METRICS_TLS_KEY; or bind 127.0.0.1.");
      }
      endpoint.acceptor.bound(endpoint.server.getLocalPort(), endpoint::join);
      started = true;
      return endpoint;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot serve metrics: " + e.getMessage(), e);
    } finally {
      if (!started && endpoint != null) {
        closeQuietly(endpoint.server);
        endpoint.acceptor.closed();
        // A search for owners must not find the thread of an endpoint that has failed.
        end(endpoint.acceptor, System.nanoTime() + CLOSE_NANOS);
      }
    }
  }

  /** Answers another application of the JVM that found the port in use. */
  private Map<String, Object> join(Map<String, Object> request) {
    if (closed.get()) {
      return Map.of();
    }
    if (!PortProtocol.isCompatible(request)) {
      return PortProtocol.refused(own.service(), "by an incompatible version of observe");
    }
    // Each application relies on its own settings, so the port must have the same.
    Map<String, String> here = options.access();
    Map<String, String> there = PortProtocol.access(request);
    Set<String> differing = new TreeSet<>(here.keySet());
    differing.addAll(there.keySet());
    differing.removeIf(setting -> Objects.equals(here.get(setting), there.get(setting)));
    if (!differing.isEmpty()) {
      return PortProtocol.refused(
          own.service(), "with another value of " + String.join(" and of ", differing));
    }
    String given = applications.add(PortProtocol.name(request), PortProtocol.pages(request));
    return given == null
        ? PortProtocol.refused(own.service(), "for " + Applications.MAX + " applications already")
        : PortProtocol.accepted(own.service(), given, () -> applications.remove(given));
  }

  private void bind() {
    try {
      server.bind(new InetSocketAddress(options.address(), options.port()), BACKLOG);
    } catch (IOException e) {
      // Some platforms add "(Bind failed)".
      String cause = e instanceof BindException ? bindCause(e) : RateLimitedLog.describe(e);
      throw new UncheckedIOException(
          "Cannot serve metrics on "
              + options.authority(options.port())
              + ": "
              + cause
              + ". Choose another port with port(...) or OTEL_EXPORTER_PROMETHEUS_PORT (0 takes any"
              + " free one), another address with host(...) or OTEL_EXPORTER_PROMETHEUS_HOST.",
          e);
    }
  }

  private static String bindCause(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.replace(" (Bind failed)", "");
  }

  /**
   * Returns the shortest URI of the application's metrics, for example {@code
   * http://127.0.0.1:2112/metrics}.
   */
  public URI uri() {
    return applications.hasOne()
        ? options.uri(server.getLocalPort(), ApplicationPages.METRICS)
        : uriBesideOthers();
  }

  /** Returns the URI of the application's metrics that stays valid when others join. */
  URI uriBesideOthers() {
    return options.uri(server.getLocalPort(), ApplicationPages.METRICS + "/" + name);
  }

  /** Returns the name of the application in paths. */
  String name() {
    return name;
  }

  private void accept() {
    try {
      acceptUntilClosed();
    } finally {
      // Without an acceptor the port must refuse connections instead of queueing them.
      closeQuietly(server);
    }
  }

  private void acceptUntilClosed() {
    while (!closed.get()) {
      try {
        connections.abortExpired();
        // Without a connection there is no time limit to enforce.
        server.setSoTimeout(connections.isEmpty() ? 0 : HOUSEKEEPING_MILLIS);
        serve(server.accept());
      } catch (SocketTimeoutException e) {
        // The loop checks the time limits of the open connections.
      } catch (IOException | RuntimeException | Error e) {
        FatalErrors.rethrow(e);
        if (closed.get()) {
          return;
        }
        // Most likely file descriptors or threads are exhausted: wait, which avoids a busy loop.
        log.warn("The metrics endpoint cannot accept", RateLimitedLog.describe(e));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HOUSEKEEPING_MILLIS));
      }
    }
  }

  // The thread of the connection closes the socket.
  @SuppressWarnings("resource")
  private void serve(Socket socket) throws IOException {
    Connection connection =
        new Connection(socket, tls, routes, page.metrics(), NanoClock.SYSTEM, connections::remove);
    boolean started = false;
    try {
      socket.setTcpNoDelay(true);
      socket.setSendBufferSize(SEND_BUFFER_BYTES);
      if (connections.add(connection)) {
        start(newConnectionThread(connection));
        started = true;
      } else {
        page.metrics().connectionAborted(PageMetrics.AbortReason.CONNECTIONS);
      }
    } finally {
      if (!started) {
        connections.remove(connection);
        connection.close();
      }
    }
  }

  private void start(Thread thread) throws IOException {
    threads.add(thread);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } catch (OutOfMemoryError e) {
      // Thrown if the operating system creates no thread: a passing state, and not a fatal error.
      throw new IOException("cannot start a thread", e);
    } finally {
      if (!started) {
        threads.remove(thread);
      }
    }
  }

  private Runnable tracked(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        FatalErrors.rethrow(e);
        // Logged here, because the JVM would print a stack trace.
        log.warn("A thread of the metrics endpoint failed", RateLimitedLog.describe(e));
      } finally {
        threads.remove(Thread.currentThread());
      }
    };
  }

  private Thread newConnectionThread(Connection connection) {
    return DaemonThreads.newThread(
        "observe-endpoint-" + server.getLocalPort() + "-connection", tracked(connection));
  }

  /** Stops listening, closes all connections and waits up to two seconds for the threads to end. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    acceptor.closed();
    closeQuietly(server);
    long deadline = System.nanoTime() + CLOSE_NANOS;
    // The acceptor ends first, because it adds connections.
    boolean interrupted = end(acceptor, deadline);
    connections.closeAll();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      interrupted = interrupted || end(thread, deadline);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end of a thread; returns whether the current thread was interrupted. */
  private static boolean end(Thread thread, long deadlineNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0 || thread.equals(Thread.currentThread())) {
      return false;
    }
    try {
      thread.join(left);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static void closeQuietly(ServerSocket server) {
    try {
      server.close();
    } catch (IOException e) {
      // The socket is closed even if this fails.
    }
  }
}
