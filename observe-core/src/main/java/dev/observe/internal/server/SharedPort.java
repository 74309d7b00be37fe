/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.RateLimitedLog;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.URI;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The metrics port of one application: bound here, or by another application of this JVM, which
 * then serves the pages of both. When the owner ends, the applications that wait for it bind the
 * port, and the first becomes the owner.
 *
 * <p>Safe for use by any number of threads.
 */
public final class SharedPort implements AutoCloseable {
  /*
   * The port itself is the lock: who binds it is the owner. The owner's thread is its address, and
   * the end of that thread the signal to bind, so that nothing of an application that has ended
   * stays in a shared place.
   *
   * The thread that waits is of the application that waits. A bind within the call that closes the
   * owner would give the new threads the owner's protection domains, and with them its class
   * loader.
   */
  private static final Logger LOGGER = System.getLogger(SharedPort.class.getName());

  /** How often and how long a start waits for an owner that is starting or ending. */
  private static final int ATTEMPTS = 50;

  private static final long ATTEMPT_MILLIS = 20;

  /** The time between attempts while another process has the port of an owner that ended. */
  private static final long RETRY_MILLIS = 1_000;

  private static final long CLOSE_MILLIS = 2_000;

  private final EndpointOptions options;
  private final MetricsPage page;
  private final ApplicationPages pages;
  private final ApplicationPages.Joint joint;
  private final Consumer<URI> onServed;
  private final PortOwners owners;

  /** The name in paths: as the application wants it, later as the owner of the port gave it. */
  private volatile String name;

  private volatile boolean closed;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable MetricsEndpoint owned;
  private @Nullable Runnable leave;
  private @Nullable Thread standby;

  /** Set before the standby thread starts, and then used by that thread alone. */
  private @Nullable Thread awaited;

  private SharedPort(
      EndpointOptions options,
      MetricsPage page,
      ApplicationPages pages,
      ApplicationPages.Joint joint,
      Consumer<URI> onServed) {
    this.options = options;
    this.page = page;
    this.pages = pages;
    this.joint = joint;
    this.onServed = onServed;
    this.owners = new PortOwners(options, pages);
    this.name = Applications.pathName(pages.service());
  }

  /**
   * Binds the port, or adds the pages to the application of this JVM that has bound it.
   *
   * @param page has the log and the metrics of the endpoint; it stays open
   * @param pages the pages of the application
   * @param joint the pages about several applications
   * @param onServed gets the address of the metrics page, now and when it changes
   * @param required whether the start fails if the pages cannot be served; otherwise a warning is
   *     logged, and the application waits for the end of an owner in this JVM
   * @throws IllegalArgumentException if a TLS file cannot be used
   * @throws UncheckedIOException if the pages are required and cannot be served
   */
  public static SharedPort open(
      EndpointOptions options,
      MetricsPage page,
      ApplicationPages pages,
      ApplicationPages.Joint joint,
      Consumer<URI> onServed,
      boolean required) {
    SharedPort port = new SharedPort(options, page, pages, joint, onServed);
    boolean opened = false;
    try {
      port.open(required);
      opened = true;
      return port;
    } finally {
      if (!opened) {
        port.close();
      }
    }
  }

  private void open(boolean required) {
    try {
      Thread owner = attempt();
      publish();
      if (owner != null) {
        awaitEnd(owner);
      }
    } catch (UncheckedIOException e) {
      if (required || !(e.getCause() instanceof BindException)) {
        throw e;
      }
      LOGGER.log(Level.WARNING, "{0} Starting without the endpoint.", e.getMessage());
      if (e.getCause() instanceof PortOwners.RefusedException refused) {
        awaitEnd(refused.owner());
      }
    }
  }

  /** Returns the address of the metrics page, or null while no application serves it. */
  public @Nullable URI uri() {
    lock.lock();
    try {
      if (owned != null) {
        return owned.uri();
      }
      return leave == null ? null : addressBesideOthers();
    } finally {
      lock.unlock();
    }
  }

  private URI addressBesideOthers() {
    return owned != null
        ? owned.uriBesideOthers()
        : options.uri(options.port(), ApplicationPages.METRICS + "/" + name);
  }

  /**
   * Binds the port, or joins its owner.
   *
   * @return the thread of the owner; null if the port is bound here
   * @throws UncheckedIOException if neither is possible
   */
  private @Nullable Thread attempt() {
    for (int i = 1; ; i++) {
      try {
        own(MetricsEndpoint.start(options, name, page, pages, joint));
        return null;
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof BindException)) {
          throw e;
        }
        Thread owner = join();
        // Without an owner, another process has the port. An owner that does not answer is ending.
        if (owner != null) {
          return owner;
        }
        if (i == ATTEMPTS || !owners.exist() || !pause()) {
          throw e;
        }
      }
    }
  }

  /** Waits a moment; returns false if the thread is interrupted. */
  private static boolean pause() {
    try {
      Thread.sleep(ATTEMPT_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void own(MetricsEndpoint endpoint) {
    boolean late;
    lock.lock();
    try {
      late = closed;
      if (!late) {
        owned = endpoint;
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      endpoint.close();
    }
  }

  /** Passes on the address that stays valid when applications join or leave. */
  private void publish() {
    URI address;
    lock.lock();
    try {
      address = owned != null || leave != null ? addressBesideOthers() : null;
    } finally {
      lock.unlock();
    }
    if (address != null) {
      onServed.accept(address);
    }
  }

  /** Returns the thread of the owner that serves the pages now, or null. */
  private @Nullable Thread join() {
    PortOwners.Joined joined = owners.join(name);
    if (joined == null) {
      return null;
    }
    joined(joined);
    return joined.owner();
  }

  private void joined(PortOwners.Joined joined) {
    boolean late;
    lock.lock();
    try {
      late = closed;
      if (!late) {
        name = joined.name();
        leave = joined.leave();
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      joined.leave().run();
      return;
    }
    LOGGER.log(
        Level.INFO,
        "The metrics of service ''{0}'' are at {1}, on the port of service ''{2}''. With several"
            + " applications, /metrics only lists the page of each, and /sd their scrape targets.",
        pages.service(),
        options.uri(options.port(), ApplicationPages.METRICS + "/" + joined.name()),
        joined.service());
  }

  /** Starts to wait for the end of an owner. */
  private void awaitEnd(Thread owner) {
    Thread waiting =
        DaemonThreads.factory("observe-endpoint-" + options.port() + "-standby")
            .newThread(this::standBy);
    awaited = owner;
    lock.lock();
    try {
      standby = waiting;
    } finally {
      lock.unlock();
    }
    waiting.start();
  }

  private void standBy() {
    try {
      while (awaitOwner()) {
        next();
      }
    } catch (InterruptedException e) {
      // The port is closed.
    }
  }

  /** Waits for the end of the owner; returns false if there is none but this application. */
  private boolean awaitOwner() throws InterruptedException {
    Thread owner = awaited;
    if (owner == null) {
      return false;
    }
    owner.join();
    // Both belong to the class loader of the application that has ended.
    awaited = null;
    lock.lock();
    try {
      leave = null;
    } finally {
      lock.unlock();
    }
    return true;
  }

  /** Binds the port, or finds another owner to wait for. */
  private void next() throws InterruptedException {
    boolean warned = false;
    while (!closed) {
      try {
        await(attempt());
        publishQuietly();
        return;
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        if (!warned) {
          warned = true;
          LOGGER.log(
              Level.WARNING,
              "{0} Until then the metrics of service ''{1}'' are not served.",
              String.valueOf(e.getMessage()),
              pages.service());
        }
        if (e.getCause() instanceof PortOwners.RefusedException refused) {
          await(refused.owner());
          return;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private void await(@Nullable Thread owner) {
    awaited = owner;
    if (owner == null && !closed) {
      LOGGER.log(
          Level.INFO,
          "Service ''{0}'' serves the metrics port {1} now.",
          pages.service(),
          String.valueOf(options.port()));
    }
  }

  private void publishQuietly() {
    try {
      publish();
    } catch (RuntimeException | Error e) {
      FatalErrors.rethrow(e);
      LOGGER.log(Level.WARNING, RateLimitedLog.describe(e));
    }
  }

  /** Closes the port, or removes the pages from the port of the other application. */
  @Override
  public void close() {
    Thread waiting;
    lock.lock();
    try {
      closed = true;
      waiting = standby;
    } finally {
      lock.unlock();
    }
    if (waiting != null) {
      end(waiting);
    }
    MetricsEndpoint endpoint;
    Runnable leaving;
    lock.lock();
    try {
      endpoint = owned;
      leaving = leave;
      owned = null;
      leave = null;
    } finally {
      lock.unlock();
    }
    if (leaving != null) {
      leaving.run();
    }
    if (endpoint != null) {
      endpoint.close();
    }
  }

  private static void end(Thread waiting) {
    waiting.interrupt();
    try {
      waiting.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
