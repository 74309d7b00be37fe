/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import static java.util.Objects.requireNonNull;

import dev.observe.Metrics;
import dev.observe.ThrowingRunnable;
import dev.observe.Tracing;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test tracing and metrics that stay in memory, asserts what one request did, and fails the
 * test that leaves a scope or a span open.
 *
 * <pre>{@code
 * @RegisterExtension static final ObserveExtension observe = ObserveExtension.create();
 *
 * @BeforeAll
 * static void start() {
 *   server.addFilter(ObserveFilter.create(observe.tracing(), observe.metrics()), "/*");
 * }
 *
 * @Test
 * void order_isReadOnce() {
 *   observe
 *       .assertThatRequest(() -> client.get("/orders/1"))
 *       .hasSpanTree("GET /orders/{id}", child("SELECT"))
 *       .changed("http_server_requests_total", 1, "http_route", "/orders/{id}");
 * }
 * }</pre>
 *
 * <p>In a static field the two handles are of the test class, in another field of one test. Every
 * span is recorded, no port is bound, nothing is sent anywhere, and neither the process-wide {@code
 * Observe} nor {@code GlobalOpenTelemetry} is touched: hand the handles to what is tested. As a
 * parameter of a test, {@code Tracing}, {@code Metrics} and this extension itself are known too, so
 * that {@code @ExtendWith} is enough.
 *
 * <p>At the end of a test, spans that have not ended and scopes that have not been closed are
 * waited for, since a container ends a request on a thread of its own; then they are the test's
 * failure, which names them and where they were begun. Scopes of other threads are known only if
 * this class is loaded before OpenTelemetry's context is first used in the JVM; if it was not, the
 * log says so once.
 *
 * <p>For tests that run one after the other: scopes and log lines are the process's, and tests that
 * run at the same time would be told each other's.
 *
 * @since 0.1
 */
public final class ObserveExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  /** How long what other threads are at is waited for, by default. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private static final Logger LOGGER = System.getLogger(ObserveExtension.class.getName());
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private final OpenScopes scopes = OpenScopes.instance();
  private final Duration timeout;

  /** How deep in nested classes: those are between an outer class's begin and end. */
  private final AtomicInteger classes = new AtomicInteger();

  private volatile Session session = new Session();
  private @Nullable OneTest test;

  /** For {@code @ExtendWith}. */
  private ObserveExtension() {
    this(DEFAULT_TIMEOUT);
  }

  private ObserveExtension(Duration timeout) {
    this.timeout = timeout;
  }

  /** Returns an extension that waits {@link #DEFAULT_TIMEOUT}, 2 seconds, for other threads. */
  public static ObserveExtension create() {
    return new ObserveExtension();
  }

  /**
   * Returns an extension.
   *
   * @param timeout how long other threads have, after a request and at the end of a test, to end
   *     what they are at; zero waits for nothing
   * @throws IllegalArgumentException if the timeout is negative
   */
  public static ObserveExtension create(Duration timeout) {
    if (requireNonNull(timeout, "timeout").isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
    }
    return new ObserveExtension(timeout);
  }

  /** Returns tracing that keeps every span, for the filters and the code under test. */
  public Tracing tracing() {
    return session.tracing();
  }

  /** Returns metrics with a registry of their own and no port. */
  public Metrics metrics() {
    return session.metrics();
  }

  /**
   * Returns the spans of this test that have ended, in the order in which they started; the first
   * 10,000 at most.
   */
  public List<SpanData> spans() {
    return session.spans().since(0).stream()
        .filter(started -> started.span().hasEnded())
        .map(started -> started.span().toSpanData())
        .toList();
  }

  /**
   * Makes a request, and returns the assertion of what it did until now: its spans, the metrics
   * that it changed, and what was logged meanwhile.
   *
   * @param request makes it, and returns when it has been answered
   * @throws E if the request does
   */
  public <E extends Exception> RequestAssert assertThatRequest(ThrowingRunnable<E> request)
      throws E {
    Session now = session;
    // The end of an earlier request is not to be taken for this one's.
    Waiting.atMost(timeout)
        .until(
            () ->
                now.spans().unfinished(0).stream()
                    .allMatch(started -> started.origin().isOfThisThread()));
    RequestAssert.Mark before = now.mark();
    request.run();
    Waiting waiting = Waiting.atMost(timeout);
    waiting.until(() -> now.spans().unfinished(before.spans()).isEmpty());
    return new RequestAssert(now, before, waiting);
  }

  /** Several classes may share one extension by a base class, and each has handles of its own. */
  private void open() {
    if (session.isClosed()) {
      session = new Session();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    classes.incrementAndGet();
    open();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (classes.decrementAndGet() == 0) {
      session.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!scopes.isWatching() && TOLD.compareAndSet(false, true)) {
      LOGGER.log(
          Level.INFO,
          "Scopes that other threads leave open are not found: OpenTelemetry's context was in use"
              + " before the first ObserveExtension was. To find them, run this class first, or"
              + " in a JVM of its own.");
    }
    open();
    test = OneTest.begin(session);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    OneTest ending = test;
    test = null;
    try {
      if (ending != null) {
        ending.end(timeout);
      }
    } finally {
      // Not in a static field: of this test alone.
      if (classes.get() == 0) {
        session.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Tracing.class || type == Metrics.class || type == ObserveExtension.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == Tracing.class) {
      return tracing();
    }
    return type == Metrics.class ? metrics() : this;
  }
}
