/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One test from its start to its end, which fails it if a span or a scope is open. */
final class TestScope {
  private final Session session;
  private final OpenScopes scopes = OpenScopes.instance();
  private final Context context = Context.current();
  private final Thread thread = Thread.currentThread();
  private final long scopeMark;

  private TestScope(Session session) {
    this.session = session;
    this.scopeMark = scopes.begin();
  }

  static TestScope begin(Session session) {
    session.spans().all.clear();
    session.log().lines.clear();
    session.log().start();
    return new TestScope(session);
  }

  /**
   * Ends the test.
   *
   * @param timeout the time for other threads to finish
   * @throws AssertionError if a span or a scope is left open
   */
  void end(Duration timeout) {
    try {
      Waiting waiting = Waiting.atMost(timeout);
      waiting.until(this::isAllClosed);
      List<SpanRecorder.Started> unfinished = session.spans().unfinished(0);
      List<OpenScopes.Opened> leaked = scopes.since(scopeMark);
      List<String> faults = new ArrayList<>();
      unfinished.forEach(started -> faults.add(describe(started)));
      leaked.forEach(scope -> faults.add(describe(scope)));
      OpenScopes.closeOwn(leaked);
      String left = restoreContext();
      if (left != null && leaked.isEmpty()) {
        faults.add(left);
      }
      if (!faults.isEmpty()) {
        throw new AssertionError(
            "Still open "
                + waiting
                + " after the test:\n  "
                + String.join("\n  ", faults)
                + "\nEnd each span and close each scope, best in a finally block or with"
                + " try (Scope scope = span.makeCurrent()).");
      }
    } finally {
      session.log().stop();
      scopes.end();
    }
  }

  /** Scopes of this thread cannot close while it waits, so only other threads are waited for. */
  private boolean isAllClosed() {
    return session.spans().unfinished(0).isEmpty()
        && scopes.since(scopeMark).stream().allMatch(scope -> scope.origin().isOfThisThread());
  }

  /** Scopes that are closed in the wrong order, or that were not detected, leave a context. */
  @SuppressWarnings("MustBeClosedChecker")
  private @Nullable String restoreContext() {
    Context left = Context.current();
    if (left == context || Thread.currentThread() != thread) {
      return null;
    }
    Scope unused = context.makeCurrent();
    return "the scope of "
        + describe(left)
        + " on the thread of the test, "
        + thread.getName()
        + ": it was not closed, or scopes were not closed in reverse order";
  }

  private static String describe(SpanRecorder.Started started) {
    return "the span "
        + quoted(started.span())
        + " ("
        + started.span().getKind()
        + "), started by thread "
        + started.origin().thread().getName()
        + started.origin().lines();
  }

  private static String describe(OpenScopes.Opened scope) {
    Thread wrong = scope.wrongThread();
    return "the scope of "
        + describe(scope.context())
        + ", opened by thread "
        + scope.origin().thread().getName()
        + (wrong == null ? "" : " and closed by another thread, " + wrong.getName())
        + scope.origin().lines();
  }

  private static String describe(Context context) {
    Span span = Span.fromContext(context);
    if (span instanceof ReadableSpan readable) {
      return quoted(readable);
    }
    return span.getSpanContext().isValid() ? "a span of another SDK" : context.toString();
  }

  private static String quoted(ReadableSpan span) {
    return '"' + span.getName() + '"';
  }
}
