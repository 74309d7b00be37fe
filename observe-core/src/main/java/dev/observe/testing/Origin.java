/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The code and the thread that started a span or opened a scope.
 *
 * @param thread the thread
 * @param frames the innermost frames outside of OpenTelemetry and of this package
 */
record Origin(Thread thread, List<StackTraceElement> frames) {
  private static final int MAX_FRAMES = 5;

  private static final Set<String> OWN =
      Set.of(Origin.class.getName(), SpanRecorder.class.getName(), OpenScopes.class.getName());

  static Origin here() {
    List<StackTraceElement> frames =
        StackWalker.getInstance()
            .walk(
                stack ->
                    stack
                        .dropWhile(Origin::isOwn)
                        .limit(MAX_FRAMES)
                        .map(StackFrame::toStackTraceElement)
                        .toList());
    return new Origin(Thread.currentThread(), frames);
  }

  private static boolean isOwn(StackFrame frame) {
    String name = frame.getClassName();
    int nested = name.indexOf('$');
    return name.startsWith("io.opentelemetry.")
        || OWN.contains(nested < 0 ? name : name.substring(0, nested));
  }

  boolean isOfThisThread() {
    return thread == Thread.currentThread();
  }

  /** Returns the frames, one on each line. */
  String lines() {
    return frames.stream().map(frame -> "\n      at " + frame).collect(Collectors.joining());
  }
}
