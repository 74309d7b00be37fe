/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Uninterruptibly;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up host names within a deadline. The JDK's resolver has no timeout, so each lookup runs on
 * a thread of its own; a lookup that hangs is reused by the next attempt, so threads do not pile
 * up.
 *
 * <p>For use by one thread, except {@link #cancel}.
 */
public final class HostLookup {
  /** Resolves a host name without a timeout. */
  interface Resolver {
    /** Returns the first address of {@code host}. */
    InetAddress resolve(String host) throws IOException;
  }

  private final Resolver resolver;
  private final ThreadFactory threads = DaemonThreads.factory("observe-lookup");
  private String host = "";
  private volatile @Nullable FutureTask<InetAddress> pending;
  private volatile boolean cancelled;

  /** Creates a lookup by the JDK's resolver. */
  public HostLookup() {
    this(InetAddress::getByName);
  }

  HostLookup(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Returns the first address of {@code host}.
   *
   * @throws UnknownHostException if the host has no address
   * @throws SocketTimeoutException if the lookup does not end before the deadline
   */
  public InetAddress address(String host, long deadlineNanos) throws IOException {
    if (isLiteral(host)) {
      return InetAddress.getByName(host);
    }
    FutureTask<InetAddress> lookup = pending;
    if (lookup == null || !host.equals(this.host)) {
      lookup = new FutureTask<>(() -> resolver.resolve(host));
      this.host = host;
      pending = lookup;
      threads.newThread(lookup).start();
    }
    if (cancelled) {
      lookup.cancel(false);
    }
    try {
      InetAddress found = Uninterruptibly.get(lookup, deadlineNanos - System.nanoTime());
      pending = null;
      return found;
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("host name not looked up in time");
    } catch (CancellationException e) {
      throw new IOException("cancelled", e);
    } catch (ExecutionException e) {
      pending = null;
      Throwable cause = e.getCause() == null ? e : e.getCause();
      FatalErrors.rethrow(cause);
      throw cause instanceof IOException known ? known : new IOException(SafeText.describe(e), e);
    }
  }

  /** Ends a wait in progress and every later one. Any thread may call this. */
  public void cancel() {
    cancelled = true;
    FutureTask<InetAddress> lookup = pending;
    if (lookup != null) {
      lookup.cancel(false);
    }
  }

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
