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
 * Provides tracing and metrics in memory to a test, asserts the spans, metrics and log lines of one
 * request, and fails a test that leaves a scope or a span open.
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
 * <p>In a static field, the two handles exist for the test class; in another field, for one test.
 * Every span is recorded, no port is bound, nothing is exported, and neither the process-wide
 * {@code Observe} nor {@code GlobalOpenTelemetry} changes: pass the handles to the tested code.
 * {@code Tracing}, {@code Metrics} and this extension can also be parameters of a test, so
 * {@code @ExtendWith} is sufficient.
 *
 * <p>At the end of a test, the extension waits for unfinished spans and open scopes, because a
 * container ends a request on another thread. Then they fail the test with a message that contains
 * the place of their start. Scopes of other threads are known only if this class is loaded before
 * the first use of OpenTelemetry's context in the JVM; otherwise this is logged once.
 *
 * <p>For tests that run one after the other: scopes and log lines belong to the process, so tests
 * that run at the same time would see each other's.
 *
 * @since 0.1
 */
public final class ObserveExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  /** The default time to wait for other threads to finish: 2 seconds. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private static final Logger LOGGER = System.getLogger(ObserveExtension.class.getName());
  private static final AtomicBoolean LOGGED = new AtomicBoolean();

  private final OpenScopes scopes = OpenScopes.instance();
  private final Duration timeout;

  /** The depth of nested test classes, which run between the begin and the end of the outer one. */
  private final AtomicInteger classes = new AtomicInteger();

  private volatile Session session = new Session();
  private @Nullable TestScope test;

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
   * Returns an extension that waits this long for other threads.
   *
   * @param timeout the time for other threads to finish after a request and at the end of a test,
   *     of any length; zero does not wait
   * @throws IllegalArgumentException if the timeout is negative
   */
  public static ObserveExtension create(Duration timeout) {
    if (requireNonNull(timeout, "timeout").isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
    }
    return new ObserveExtension(timeout);
  }

  /** Returns tracing that records every span, for the filters and the code under test. */
  public Tracing tracing() {
    return session.tracing();
  }

  /** Returns metrics with a new registry and without a port. */
  public Metrics metrics() {
    return session.metrics();
  }

  /**
   * Returns the ended spans of this test, in the order of their start; at most the first 10,000.
   */
  public List<SpanData> spans() {
    return session.spans().all.since(0).stream()
        .filter(started -> started.span().hasEnded())
        .map(started -> started.span().toSpanData())
        .toList();
  }

  /**
   * Sends a request, and returns assertions on its spans, the metrics that it changed, and the
   * lines that were logged.
   *
   * @param request sends the request, and returns when it has the response
   * @throws E if the request throws it
   */
  public <E extends Exception> RequestAssert assertThatRequest(ThrowingRunnable<E> request)
      throws E {
    Session now = session;
    // The end of an earlier request must not count as the end of this one.
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

  /** Several classes may share one extension by a base class; each has new handles. */
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
    if (!scopes.isRecording() && LOGGED.compareAndSet(false, true)) {
      LOGGER.log(
          Level.INFO,
          "Scopes that other threads leave open are not detected: OpenTelemetry's context was in"
              + " use before the first ObserveExtension. To detect them, run this class first, or"
              + " in a separate JVM.");
    }
    open();
    test = TestScope.begin(session);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestScope ending = test;
    test = null;
    try {
      if (ending != null) {
        ending.end(timeout);
      }
    } finally {
      // The field is not static, so the handles exist for this test only.
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
