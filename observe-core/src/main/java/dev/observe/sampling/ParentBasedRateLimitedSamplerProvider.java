/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * The sampler {@code parentbased_rate_limited}, for traces that begin here; others are kept as
 * their caller decided. For OpenTelemetry's autoconfiguration.
 */
public final class ParentBasedRateLimitedSamplerProvider implements ConfigurableSamplerProvider {
  /** For the service loader. */
  public ParentBasedRateLimitedSamplerProvider() {}

  /**
   * Returns the sampler.
   *
   * @throws IllegalArgumentException if its setting is not valid
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
