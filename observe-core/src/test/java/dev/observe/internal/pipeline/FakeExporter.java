/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An exporter whose behaviour a test sets, and which records the accepted spans. */
public final class FakeExporter implements SpanExporter {
  private final List<SpanData> taken = new CopyOnWriteArrayList<>();
  private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Function<Collection<SpanData>, CompletableResultCode> behaviour =
      spans -> CompletableResultCode.ofSuccess();

  void behave(Function<Collection<SpanData>, CompletableResultCode> behaviour) {
    this.behaviour = behaviour;
  }

  List<SpanData> taken() {
    return taken;
  }

  int calls() {
    return calls.get();
  }

  List<Integer> batchSizes() {
    return batchSizes;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    calls.incrementAndGet();
    batchSizes.add(spans.size());
    CompletableResultCode result = behaviour.apply(spans);
    if (result.isSuccess()) {
      taken.addAll(spans);
    }
    return result;
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }

  /** Returns the ids that {@link Traffic} gave to the taken spans. */
  List<Long> ids() {
    return taken().stream().map(FakeExporter::id).toList();
  }

  static long id(SpanData span) {
    return requireNonNull(span.getAttributes().get(AttributeKey.longKey("test.id")));
  }
}
