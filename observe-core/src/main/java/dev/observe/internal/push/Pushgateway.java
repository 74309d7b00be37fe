/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.push;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
import dev.observe.internal.util.Uninterruptibly;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Puts a page of metrics on a Pushgateway, in the place of what is there of the same group: at the
 * end and, if asked to, at intervals. For jobs that end before anybody scrapes them.
 *
 * <p>A push that fails is counted, told in the log at most once a minute, and not tried again: the
 * next one has the newer values, and the last one's caller learns of it.
 *
 * <p>Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class Pushgateway implements MultiCollector {
  /** The counter of pushes that failed. */
  public static final String FAILURES = "observe_push_failures";

  private static final System.Logger LOGGER = System.getLogger(Pushgateway.class.getName());
  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REGULAR_TIMEOUT = Duration.ofSeconds(10);
  private static final int IDLE_THREAD_SECONDS = 5;

  /** Enough to read why a push was refused. */
  private static final int MAX_REPLY_BYTES = 1024;

  private final URI group;
  private final @Nullable String authorization;
  private final Page page;
  private final LongAdder failures = new LongAdder();
  private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - LOG_NANOS);
  private final AtomicReference<@Nullable Push> last = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable HttpClient client;
  private volatile @Nullable Push regular;

  /** What is pushed. */
  @FunctionalInterface
  public interface Page {
    /**
     * Writes the metrics as they are now.
     *
     * @return the type of what was written, for {@code Content-Type}
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
   * Begins to push at intervals, if there is one; no connection is made before the first push.
   *
   * @param group where to, such as {@code http://localhost:9091/metrics/job/backup}
   * @param authorization the value of the header of that name, if any
   * @param interval the time between two pushes; zero for none but those that are asked for
   * @param page asked at each push; what it throws costs the push
   */
  public static Pushgateway start(
      URI group, @Nullable String authorization, Duration interval, Page page) {
    Pushgateway gateway = new Pushgateway(group, authorization, page);
    if (!interval.isZero()) {
      DaemonThreads.factory("observe-push")
          .newThread(() -> gateway.pushRegularly(interval))
          .start();
    }
    return gateway;
  }

  private void pushRegularly(Duration interval) {
    try {
      while (!ended.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        Push push = new Push();
        regular = push;
        // Looked at after it can be found: the end either finds it, or is seen here.
        if (last.get() == null) {
          push.send();
          push.await(REGULAR_TIMEOUT);
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it but who wants it gone.
    }
  }

  /** Pushes the page as it is now. */
  public Push push() {
    Push push = new Push();
    push.send();
    return push;
  }

  /** Pushes once more and then never again by itself. Returns the same push to each caller. */
  public Push end() {
    Push mine = new Push();
    Push first = last.compareAndExchange(null, mine);
    if (first != null) {
      return first;
    }
    ended.countDown();
    Push older = regular;
    if (older != null) {
      // It must not arrive after the last one.
      older.giveUp();
    }
    mine.send();
    return mine;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        CounterSnapshot.builder()
            .name(FAILURES)
            .help("Pushes of the metrics to a Pushgateway that failed.")
            .dataPoint(CounterDataPointSnapshot.builder().value(failures.doubleValue()).build())
            .build());
  }

  private HttpClient client() {
    HttpClient existing = client;
    if (existing != null) {
      return existing;
    }
    HttpClient built =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(
                new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE_THREAD_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    DaemonThreads.factory("observe-push-http")))
            .build();
    client = built;
    return built;
  }

  private HttpRequest request() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String type = page.writeTo(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(group)
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofByteArray(body.toByteArray()));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  private void failed(String cause) {
    failures.increment();
    long now = System.nanoTime();
    long told = toldAt.get();
    if (now - told >= LOG_NANOS && toldAt.compareAndSet(told, now)) {
      try {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "The metrics did not get to the Pushgateway at {0}: {1}. All such failures are counted"
                + " in {2}_total.",
            group,
            cause,
            FAILURES);
      } catch (RuntimeException e) {
        // A logging backend that fails leaves nowhere to say so.
      }
    }
  }

  private static String describe(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ConnectException) {
      boolean unknown = cause.getCause() instanceof UnresolvedAddressException;
      return unknown ? "host name unknown" : "connection refused";
    }
    return LogText.describe(cause);
  }

  /** One push, under way or settled. */
  public final class Push {
    private final AtomicBoolean settled = new AtomicBoolean();
    private final CompletableFuture<Boolean> delivered = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<HttpResponse<byte[]>> reply;

    private Push() {}

    private void send() {
      try {
        reply =
            client()
                .sendAsync(request(), info -> new BoundedBodySubscriber(MAX_REPLY_BYTES))
                .whenComplete(this::settle);
      } catch (Throwable e) {
        // The page is made by many hands; none of them is to end the thread that pushes.
        fail(LogText.describe(e));
      }
      if (settled.get()) {
        cancel();
      }
    }

    private void settle(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
      if (response == null) {
        fail(failure == null ? "no reply" : describe(failure));
      } else if (response.statusCode() / 100 == 2) {
        settled.set(true);
        delivered.complete(true);
      } else {
        String reason = new String(response.body(), StandardCharsets.UTF_8);
        fail(("HTTP " + response.statusCode() + " " + LogText.oneLine(reason)).strip());
      }
    }

    /** Told before whoever waits goes on: what they find then is all there is. */
    private void fail(String cause) {
      if (settled.compareAndSet(false, true)) {
        failed(cause);
        delivered.complete(false);
      }
    }

    private void giveUp() {
      settled.set(true);
      delivered.complete(false);
      cancel();
    }

    private void cancel() {
      CompletableFuture<?> sent = reply;
      if (sent != null) {
        sent.cancel(true);
      }
    }

    /**
     * Waits until the push is settled, and gives it up when the time is over.
     *
     * @return whether the Pushgateway took it
     */
    public boolean await(Duration timeout) {
      try {
        return Uninterruptibly.get(delivered, timeout.toNanos());
      } catch (TimeoutException e) {
        fail("no reply in time");
        giveUp();
        return false;
      } catch (ExecutionException e) {
        // It is only ever completed by a value.
        throw new IllegalStateException(e);
      }
    }
  }
}
