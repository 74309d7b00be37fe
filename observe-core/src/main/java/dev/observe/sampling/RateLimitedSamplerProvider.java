/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/** The sampler {@code rate_limited}, for every trace. For OpenTelemetry's autoconfiguration. */
public final class RateLimitedSamplerProvider implements ConfigurableSamplerProvider {
  /** For the service loader. */
  public RateLimitedSamplerProvider() {}

  /**
   * Returns the sampler.
   *
   * @throws IllegalArgumentException if its setting is not valid
   */
  @Override
  public Sampler createSampler(ConfigProperties config) {
    return SamplerNames.rateLimited(config);
  }

  @Override
  public String getName() {
    return "rate_limited";
  }
}
