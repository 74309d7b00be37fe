/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps at most a number of traces a second, whatever the load; a quiet second is saved up once.
 */
final class RateLimitedSampler implements Sampler {
  private final double perSecond;
  private final long intervalNanos;
  private final long burstNanos;
  private final LongSupplier nanoClock;

  /*
   * The generic cell rate algorithm: one number, the time at which everything kept so far would
   * have come at an even pace. No lock, no timer.
   */
  private final AtomicLong evenPaceNanos;

  RateLimitedSampler(double perSecond, LongSupplier nanoClock) {
    this.perSecond = perSecond;
    this.intervalNanos = (long) (1e9 / perSecond);
    this.burstNanos = Math.max(0, 1_000_000_000L - intervalNanos);
    this.nanoClock = nanoClock;
    this.evenPaceNanos = new AtomicLong(nanoClock.getAsLong() - burstNanos);
  }

  @Override
  public SamplingResult shouldSample(
      Context parentContext,
      String traceId,
      String name,
      SpanKind spanKind,
      Attributes attributes,
      List<LinkData> parentLinks) {
    long now = nanoClock.getAsLong();
    while (true) {
      long pace = evenPaceNanos.get();
      if (pace - now > 0) {
        return SamplingResult.drop();
      }
      long next = Math.max(pace, now - burstNanos) + intervalNanos;
      if (evenPaceNanos.compareAndSet(pace, next)) {
        return SamplingResult.recordAndSample();
      }
    }
  }

  @Override
  public String getDescription() {
    return "RateLimited{" + perSecond + "/s}";
  }

  @Override
  public String toString() {
    return getDescription();
  }
}
