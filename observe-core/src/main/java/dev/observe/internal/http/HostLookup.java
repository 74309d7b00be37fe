/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
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
 * Looks host names up within a time limit. The resolver knows of none, so it gets a thread, for as
 * long as it takes; one that does not end is waited for again and not joined by a second one. One
 * thread, but for {@link #cancel}.
 */
final class HostLookup {
  /** What knows the addresses, for as long as it takes. */
  interface Resolver {
    /** Returns the first address of {@code host}. */
    InetAddress resolve(String host) throws IOException;
  }

  private final Resolver resolver;
  private final ThreadFactory threads = DaemonThreads.factory("observe-export-lookup");
  private String host = "";
  private volatile @Nullable FutureTask<InetAddress> pending;
  private volatile boolean cancelled;

  HostLookup(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Returns the first address of {@code host}.
   *
   * @throws UnknownHostException if it has none
   * @throws SocketTimeoutException if nobody knows until then
   */
  InetAddress address(String host, long deadlineNanos) throws IOException {
    if (isLiteral(host)) {
      return InetAddress.getByName(host);
    }
    FutureTask<InetAddress> looking = pending;
    if (looking == null || !host.equals(this.host)) {
      looking = new FutureTask<>(() -> resolver.resolve(host));
      this.host = host;
      pending = looking;
      threads.newThread(looking).start();
    }
    if (cancelled) {
      looking.cancel(false);
    }
    try {
      InetAddress found = Uninterruptibly.get(looking, deadlineNanos - System.nanoTime());
      pending = null;
      return found;
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("host name not looked up in time");
    } catch (CancellationException e) {
      throw new IOException("cancelled", e);
    } catch (ExecutionException e) {
      pending = null;
      Throwable cause = e.getCause();
      throw cause instanceof IOException known ? known : new IOException(LogText.describe(e), e);
    }
  }

  /** Ends a wait under way, and each one from now on. Any thread. */
  void cancel() {
    cancelled = true;
    FutureTask<InetAddress> looking = pending;
    if (looking != null) {
      looking.cancel(false);
    }
  }

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
