/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.ShutdownReport;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.instrument.Instruments;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.jvm.JvmMetrics;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.pipeline.ExportReport;
import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.push.Pushgateway.Push;
import dev.observe.internal.server.SharedPort;
import dev.observe.internal.util.Timeouts;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The parts behind a metrics handle. */
public record StartedMetrics(
    OpenTelemetrySdk sdk,
    boolean sdkPushes,
    PrometheusRegistry registry,
    JvmMetrics jvm,
    MetricsPage page,
    InfoPages info,
    Instruments instruments,
    @Nullable SharedPort port,
    @Nullable Pushgateway pushgateway) {
  public SdkMeterProvider meterProvider() {
    return sdk.getSdkMeterProvider();
  }

  public HealthChecks checks() {
    return info.checks();
  }

  /** Returns the address of the page, or null while no endpoint serves it. */
  public @Nullable URI uri() {
    return port == null ? null : port.uri();
  }

  /** Pushes the current values, and returns whether all pushes were accepted in time. */
  public boolean flush(Duration timeout) {
    Push push = pushgateway == null ? null : pushgateway.push();
    return await(push, meterProvider().forceFlush(), timeout).isComplete();
  }

  /** Stops all parts; to be called once. */
  public ShutdownReport shutdown(Duration timeout) {
    if (port != null) {
      port.close();
    }
    info.close();
    // The final push contains all metrics, so they leave the registry after it. It begins before
    // the SDK stops, whose instruments then leave the page.
    Push push = pushgateway == null ? null : pushgateway.end();
    ShutdownReport report = await(push, sdk.shutdown(), timeout);
    page.close();
    instruments.close();
    jvm.unregister();
    RegistryMetrics.unregister(registry);
    return report;
  }

  /** Waits for both pushes, which are in flight at the same time. */
  private ShutdownReport await(
      @Nullable Push push, CompletableResultCode sdkPush, Duration timeout) {
    long nanos = Timeouts.nanos(timeout);
    long deadline = System.nanoTime() + nanos;
    sdkPush.join(nanos, TimeUnit.NANOSECONDS);
    int delivered = 0;
    int rejected = 0;
    int unanswered = 0;
    if (!sdkPush.isDone()) {
      unanswered++;
    } else if (!sdkPush.isSuccess()) {
      rejected++;
    } else if (sdkPushes) {
      delivered++;
    }
    if (push != null) {
      if (push.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        delivered++;
      } else if (deadline - System.nanoTime() <= 0) {
        unanswered++;
      } else {
        rejected++;
      }
    }
    return ExportReport.ofPushes(delivered, rejected, unanswered);
  }
}
