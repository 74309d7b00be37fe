/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command in the replicated log: the next state, and the trace that it is part of on each node.
 */
record Command(Context context, String next) {
  private static final String HEADER = "traceparent";

  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String header) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String header, String key) {
          return key.equals(HEADER) ? header : null;
        }
      };

  /** Returns the text for the log. */
  String text() {
    Map<String, String> headers = new HashMap<>();
    W3CTraceContextPropagator.getInstance().inject(context, headers, Map::put);
    return headers.getOrDefault(HEADER, "") + "\n" + next;
  }

  static Command parse(String text) {
    int line = text.indexOf('\n');
    Context context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), text.substring(0, line), GETTER);
    return new Command(context, text.substring(line + 1));
  }
}
