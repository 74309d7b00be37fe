/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.push;

import dev.observe.internal.http.Connector;
import dev.observe.internal.http.HttpConnection;
import dev.observe.internal.http.HttpResponse;
import dev.observe.internal.http.RequestHead;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Snapshots;
import dev.observe.internal.util.Timeouts;
import dev.observe.internal.util.Uninterruptibly;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the metrics of one group on a Pushgateway by those of the page. For jobs that end before
 * they are scraped.
 *
 * <p>A failed push is counted, logged at most once a minute, and not retried: the next push has
 * newer values, and the caller of the last one gets its result.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Pushgateway implements MultiCollector {
  /** The counter of failed pushes. */
  public static final String FAILURES = "observe_push_failures";

  private static final System.Logger LOGGER = System.getLogger(Pushgateway.class.getName());
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final long REGULAR_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** For a push whose caller sets the timeout, see {@link Push#await}. */
  private static final long MAX_TIMEOUT_NANOS = TimeUnit.DAYS.toNanos(1);

  /** Enough for the reason of a refusal. */
  private static final int MAX_RESPONSE_BYTES = 1024;

  private final URI group;
  private final @Nullable String authorization;
  private final Page page;
  private final ThreadFactory threads = DaemonThreads.factory("observe-push");
  private final LongAdder failures = new LongAdder();
  private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_NANOS);
  private final AtomicReference<@Nullable Push> last = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Push regular;

  /** The metrics to push. */
  @FunctionalInterface
  public interface Page {
    /**
     * Writes the current metrics.
     *
     * @return the media type of the output, for {@code Content-Type}
     * @throws IOException if the stream throws it
     */
    String writeTo(OutputStream out) throws IOException;
  }

  private Pushgateway(URI group, @Nullable String authorization, Page page) {
    this.group = group;
    this.authorization = authorization;
    this.page = page;
  }

  /**
   * Starts to push at the interval, if there is one; the first push connects.
   *
   * @param group the URL of the group, such as {@code http://localhost:9091/metrics/job/backup}
   * @param authorization the value of the header {@code Authorization}, or null
   * @param interval the time between two pushes, or zero to push only on request
   * @param page written at each push; an exception fails the push
   */
  public static Pushgateway start(
      URI group, @Nullable String authorization, Duration interval, Page page) {
    Pushgateway gateway = new Pushgateway(group, authorization, page);
    if (!interval.isZero()) {
      gateway.threads.newThread(() -> gateway.pushRegularly(Timeouts.nanos(interval))).start();
    }
    return gateway;
  }

  private void pushRegularly(long intervalNanos) {
    HttpConnection connection = connection();
    try {
      while (!ended.await(intervalNanos, TimeUnit.NANOSECONDS)) {
        Push push = new Push(connection);
        regular = push;
        // Read after the field is set: end() either aborts this push or is seen here.
        if (last.get() == null && push.render()) {
          push.send(REGULAR_TIMEOUT_NANOS);
        }
      }
    } catch (InterruptedException e) {
      // An interrupt ends this thread.
    }
  }

  private HttpConnection connection() {
    Connector connector = new Connector(group, null, ProxySelector.getDefault(), CONNECT_TIMEOUT);
    return new HttpConnection(connector, NanoClock.SYSTEM);
  }

  /** Starts to push the current page. */
  public Push push() {
    Push push = new Push(connection());
    push.start();
    return push;
  }

  /** Starts the last push and ends the regular ones. Returns the same push to each caller. */
  public Push end() {
    Push mine = new Push(connection());
    Push first = last.compareAndExchange(null, mine);
    if (first != null) {
      return first;
    }
    ended.countDown();
    Push older = regular;
    if (older != null) {
      // It must not arrive after the last one.
      older.abort();
    }
    mine.start();
    return mine;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        Snapshots.counter(
            FAILURES, "Failed pushes of the metrics to the Pushgateway.", failures.doubleValue()));
  }

  private void failed(String cause) {
    failures.increment();
    long now = System.nanoTime();
    long logged = loggedNanos.get();
    if (now - logged >= LOG_NANOS && loggedNanos.compareAndSet(logged, now)) {
      try {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "Pushing the metrics to the Pushgateway at {0} failed: {1}. {2}_total counts all such"
                + " failures.",
            group,
            cause,
            FAILURES);
      } catch (Throwable e) {
        // A logging backend that fails must not fail the push, and there is no place to report it.
        FatalErrors.rethrow(e);
      }
    }
  }

  /** One push, in flight or settled. */
  public final class Push {
    private final HttpConnection connection;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final AtomicBoolean settled = new AtomicBoolean();
    private final CompletableFuture<Boolean> delivered = new CompletableFuture<>();
    private String contentType = "";

    private Push(HttpConnection connection) {
      this.connection = connection;
    }

    /** Writes the page on this thread and sends it on another one. */
    private void start() {
      if (render()) {
        threads.newThread(() -> send(MAX_TIMEOUT_NANOS)).start();
      }
    }

    private boolean render() {
      try {
        contentType = page.writeTo(body);
        return true;
      } catch (Throwable e) {
        // Collectors are code of others; an exception must not end the thread that pushes.
        FatalErrors.rethrow(e);
        fail(SafeText.describe(e));
        return false;
      }
    }

    private void send(long timeoutNanos) {
      long deadlineNanos = System.nanoTime() + timeoutNanos;
      RequestHead head =
          new RequestHead("PUT", group)
              .header("Connection", "close")
              .header("Content-Type", contentType);
      if (authorization != null) {
        head.header("Authorization", authorization);
      }
      try {
        connection.open(deadlineNanos);
        settle(
            connection.exchange(
                head.bytes(body.size(), connection.isToProxy()),
                body.toByteArray(),
                body.size(),
                MAX_RESPONSE_BYTES));
      } catch (Throwable e) {
        FatalErrors.rethrow(e);
        fail(HttpConnection.describe(e, deadlineNanos));
      } finally {
        connection.close();
      }
    }

    private void settle(HttpResponse response) {
      if (response.status() / 100 == 2) {
        settled.set(true);
        delivered.complete(true);
      } else {
        String reason = new String(response.body(), StandardCharsets.UTF_8);
        fail(("HTTP " + response.status() + " " + SafeText.oneLine(reason)).strip());
      }
    }

    /** Counts and logs the failure first: a caller that waits must find both when it goes on. */
    private void fail(String cause) {
      if (settled.compareAndSet(false, true)) {
        failed(cause);
        delivered.complete(false);
      }
    }

    private void abort() {
      settled.set(true);
      delivered.complete(false);
      connection.abort();
    }

    /**
     * Waits until the push is settled, and aborts it when the time is over.
     *
     * @return whether the Pushgateway accepted the metrics
     */
    public boolean await(Duration timeout) {
      try {
        return Uninterruptibly.get(delivered, Timeouts.nanos(timeout));
      } catch (TimeoutException e) {
        fail("no reply in time");
        abort();
        return false;
      } catch (ExecutionException e) {
        // The future is only ever completed by a value.
        throw new IllegalStateException(e);
      }
    }
  }
}
