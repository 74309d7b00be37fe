/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.exposition.RequestRejectedException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TraceStoreTest {
  private static final long MIB = 1024 * 1024;

  private final TraceStore store = new TraceStore(100, 4 * MIB);
  private long next = 1;

  private SpanData request(String name, long millis, boolean failed, String text) {
    long id = next++;
    long start = TimeUnit.SECONDS.toNanos(id);
    return TestSpanData.builder()
        .setName(name)
        .setKind(SpanKind.SERVER)
        .setSpanContext(
            SpanContext.create(
                String.format("%032x", id),
                String.format("%016x", id),
                TraceFlags.getSampled(),
                TraceState.getDefault()))
        .setStartEpochNanos(start)
        .setEndEpochNanos(start + TimeUnit.MILLISECONDS.toNanos(millis))
        .setStatus(failed ? StatusData.error() : StatusData.unset())
        .setAttributes(
            Attributes.of(
                AttributeKey.stringKey("text"),
                text,
                AttributeKey.longKey("http.response.status_code"),
                failed ? 500L : 200L))
        .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
        .setHasEnded(true)
        .build();
  }

  private String add(String name, long millis, boolean failed) {
    SpanData span = request(name, millis, failed, "x");
    store.add(span);
    return span.getTraceId();
  }

  @Test
  void add_floodOfGoodTraces_keepsTheSlowAndTheFailed() {
    String slow = add("GET /a", 3_000, false);
    String failed = add("GET /a", 3, true);
    String good = add("GET /a", 3, false);

    for (int i = 0; i < 20_000; i++) {
      add("GET /a", 3, false);
    }

    assertThat(store.find(slow)).isNotNull();
    assertThat(store.find(failed)).isNotNull();
    assertThat(store.find(good)).isNull();
    assertThat(store.sizes().traces()).isEqualTo(102);
  }

  @Test
  void add_largeSpans_staysWithinTheBytes() {
    for (int i = 0; i < 2_000; i++) {
      store.add(request("GET /" + i, i, i % 2 == 0, "y".repeat(20_000)));
    }

    assertThat(store.sizes().bytes()).isPositive().isLessThanOrEqualTo(4 * MIB);
    assertThat(store.sizes().evicted()).isPositive();
  }

  @Test
  void add_traceWithoutEnd_countsWhatItOmits() {
    SpanData span = request("GET /a", 1, false, "z".repeat(1_000));
    for (int i = 0; i < 1_000; i++) {
      store.add(span);
    }

    TraceStore.Found found = store.find(span.getTraceId());

    assertThat(found).isNotNull();
    assertThat(found.spans().size() + found.omitted()).isEqualTo(1_000);
    assertThat(found.omitted()).isPositive();
    assertThat(store.sizes().omittedSpans()).isEqualTo(found.omitted());
  }

  private List<String> search(String query) throws RequestRejectedException {
    TraceFilter filter = new TraceFilter(new Query(query));
    return store.map(trace -> filter.accepts(trace) ? trace.id() : null);
  }

  @Test
  void filter_eachCondition_selects() throws RequestRejectedException {
    String fast = add("GET /a", 3, false);
    String slow = add("GET /b", 700, false);
    String failed = add("GET /b", 30, true);

    assertThat(search("")).containsExactly(failed, slow, fast);
    assertThat(search("route=GET+/a")).containsExactly(fast);
    assertThat(search("min=100")).containsExactly(slow);
    assertThat(search("max=10")).containsExactly(fast);
    assertThat(search("status=500")).containsExactly(failed);
    assertThat(search("status=2xx")).containsExactly(slow, fast);
    assertThat(search("error=true")).containsExactly(failed);
    assertThat(search("service=stock")).isEmpty();
    assertThat(search("attr=text%3Dx&min=600")).containsExactly(slow);
    assertThat(search("attr=text%3Dother")).isEmpty();
    assertThat(search("id=" + fast)).containsExactly(fast);
  }

  @Test
  void errors_sameTypeAndRoute_areOneGroup() {
    add("GET /a", 3, true);
    String last = add("GET /a", 3, true);
    add("GET /b", 3, true);

    List<ErrorGroups.Row> rows = store.errors().rows();

    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).count()).isEqualTo(2);
    assertThat(rows.get(1).traces()).first().isEqualTo(last);
  }
}
