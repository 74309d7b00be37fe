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
 * Where in the code something was begun, and by which thread.
 *
 * @param thread the thread that was running
 * @param frames the innermost frames that are neither OpenTelemetry's nor this package's
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
                        .dropWhile(Origin::isBeneath)
                        .limit(MAX_FRAMES)
                        .map(StackFrame::toStackTraceElement)
                        .toList());
    return new Origin(Thread.currentThread(), frames);
  }

  private static boolean isBeneath(StackFrame frame) {
    String name = frame.getClassName();
    int nested = name.indexOf('$');
    return name.startsWith("io.opentelemetry.")
        || OWN.contains(nested < 0 ? name : name.substring(0, nested));
  }

  boolean isOfThisThread() {
    return thread == Thread.currentThread();
  }

  /** Returns the frames, each on a line of its own. */
  String lines() {
    return frames.stream().map(frame -> "\n      at " + frame).collect(Collectors.joining());
  }
}
