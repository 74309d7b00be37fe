/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Provides the sampler {@code parentbased_rate_limited} to OpenTelemetry's autoconfiguration. It
 * decides for traces that begin here; other traces follow their caller. Thread-safe.
 *
 * @since 0.1
 */
public final class ParentBasedRateLimitedSamplerProvider implements ConfigurableSamplerProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ParentBasedRateLimitedSamplerProvider() {}

  /**
   * Returns a new sampler.
   *
   * @throws IllegalArgumentException if the setting of the sampler is not valid
   */
  @Override
  public Sampler createSampler(ConfigProperties config) {
    return Sampler.parentBased(SamplerNames.rateLimited(config));
  }

  @Override
  public String getName() {
    return "parentbased_rate_limited";
  }
}
