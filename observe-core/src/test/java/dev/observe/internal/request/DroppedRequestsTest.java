/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.DroppedRequest;
import dev.observe.Tracing;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DroppedRequestsTest {
  private final AtomicLong nanos = new AtomicLong();

  private List<DroppedRequest> dropped(String sampler, Map<String, String> more, int times) {
    var builder = Tracing.builder("dropped").disableGlobal().exporter("none").sampler(sampler);
    more.forEach(builder::property);
    try (Tracing tracing = builder.start();
        ServerTelemetry telemetry =
            ServerTelemetry.create(
                tracing.openTelemetry(),
                null,
                Settings.of(Map.of()),
                nanos::get,
                InstantSource.system())) {
      for (int i = 0; i < times; i++) {
        serve(telemetry, "/fast/" + i, 200, 1);
        serve(telemetry, "/failed/" + i, 500, 1);
        serve(telemetry, "/slow/" + i, 200, 1_500);
      }
      return tracing.droppedRequests();
    }
  }

  private void serve(ServerTelemetry telemetry, String path, int status, long millis) {
    FakeExchange exchange = FakeExchange.get(path, "/route");
    exchange.start(telemetry);
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    exchange.finish(status);
  }

  @Test
  void entries_unsampledRequests_slowAndFailedOnly() {
    List<DroppedRequest> entries = dropped("always_off", Map.of(), 1);

    assertThat(entries).extracting(DroppedRequest::path).containsExactly("/failed/0", "/slow/0");
    assertThat(entries.get(0).status()).isEqualTo(500);
    assertThat(entries.get(0).errorType()).isEqualTo("500");
    assertThat(entries.get(1).duration()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(entries.get(1).traceId()).matches("[0-9a-f]{32}");
  }

  @Test
  void entries_sampledRequests_areAbsent() {
    assertThat(dropped("always_on", Map.of(), 3)).isEmpty();
  }

  @Test
  void entries_overByteLimit_oldestIsEvicted() {
    List<DroppedRequest> entries =
        dropped("always_off", Map.of(Setting.DROPPED_REQUESTS_BYTES.name(), "4096"), 1_000);

    assertThat(entries).hasSizeBetween(5, 20);
    assertThat(entries.get(entries.size() - 1).path()).isEqualTo("/slow/999");
  }

  @Test
  void entries_thresholdAndLimitSettings_areApplied() {
    assertThat(dropped("always_off", Map.of(Setting.SLOW_THRESHOLD.name(), "2s"), 1)).hasSize(1);
    assertThat(dropped("always_off", Map.of(Setting.DROPPED_REQUESTS_BYTES.name(), "0"), 1))
        .isEmpty();
  }
}
