/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Provides the sampler {@code rules} to OpenTelemetry's autoconfiguration. It decides for every
 * trace. Thread-safe.
 *
 * @since 0.1
 */
public final class RouteRulesSamplerProvider implements ConfigurableSamplerProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RouteRulesSamplerProvider() {}

  /**
   * Returns a new sampler.
   *
   * @throws IllegalArgumentException if the setting of the sampler is not valid
   */
  @Override
  public Sampler createSampler(ConfigProperties config) {
    return SamplerNames.rules(config);
  }

  @Override
  public String getName() {
    return "rules";
  }
}
