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

/** From the beginning to the end of one test: what it leaves open is its failure. */
final class OneTest {
  private final Session session;
  private final OpenScopes scopes = OpenScopes.instance();
  private final Context context = Context.current();
  private final Thread thread = Thread.currentThread();
  private final long scopeMark;

  private OneTest(Session session) {
    this.session = session;
    this.scopeMark = scopes.begin();
  }

  static OneTest begin(Session session) {
    session.spans().clear();
    session.log().clear();
    session.log().start();
    return new OneTest(session);
  }

  /**
   * Ends the test.
   *
   * @param timeout how long other threads may take to end what they are at
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
      String left = relieveThread();
      if (left != null && leaked.isEmpty()) {
        faults.add(left);
      }
      if (!faults.isEmpty()) {
        throw new AssertionError(
            "The test left open, although other threads had "
                + waiting
                + " to close it:\n  "
                + String.join("\n  ", faults)
                + "\nEnd each span and close each scope, best in a finally block or by"
                + " try (Scope scope = span.makeCurrent()).");
      }
    } finally {
      session.log().stop();
      scopes.end();
    }
  }

  /** What this thread itself has left open stays so while it waits. */
  private boolean isAllClosed() {
    return session.spans().unfinished(0).isEmpty()
        && scopes.since(scopeMark).stream().allMatch(scope -> scope.origin().isOfThisThread());
  }

  /** Scopes closed in the wrong order, or not seen by us, leave a context behind all the same. */
  @SuppressWarnings("MustBeClosedChecker")
  private @Nullable String relieveThread() {
    Context left = Context.current();
    if (left == context || Thread.currentThread() != thread) {
      return null;
    }
    Scope unused = context.makeCurrent();
    return "the scope of "
        + describe(left)
        + " on the thread of the test, "
        + thread.getName()
        + ": it was not closed, or not in the reverse order of opening";
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
        + (wrong == null ? "" : " and closed by another, " + wrong.getName())
        + scope.origin().lines();
  }

  private static String describe(Context context) {
    Span span = Span.fromContext(context);
    if (span instanceof ReadableSpan readable) {
      return quoted(readable);
    }
    return span.getSpanContext().isValid() ? "a span of elsewhere" : context.toString();
  }

  private static String quoted(ReadableSpan span) {
    return '"' + span.getName() + '"';
  }
}
