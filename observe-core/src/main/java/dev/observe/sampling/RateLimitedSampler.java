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

/** Samples at most a number of traces per second. Unused capacity accumulates for one second. */
final class RateLimitedSampler implements Sampler {
  private final double perSecond;
  private final long intervalNanos;
  private final long burstNanos;
  private final LongSupplier nanoClock;

  /*
   * The generic cell rate algorithm: one number, the time at which all traces sampled so far would
   * have arrived at an even rate. It needs no lock and no timer.
   */
  private final AtomicLong evenRateNanos;

  RateLimitedSampler(double perSecond, LongSupplier nanoClock) {
    this.perSecond = perSecond;
    this.intervalNanos = (long) (1e9 / perSecond);
    this.burstNanos = Math.max(0, 1_000_000_000L - intervalNanos);
    this.nanoClock = nanoClock;
    this.evenRateNanos = new AtomicLong(nanoClock.getAsLong() - burstNanos);
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
      long earliest = evenRateNanos.get();
      if (earliest - now > 0) {
        return SamplingResult.drop();
      }
      long next = Math.max(earliest, now - burstNanos) + intervalNanos;
      if (evenRateNanos.compareAndSet(earliest, next)) {
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
