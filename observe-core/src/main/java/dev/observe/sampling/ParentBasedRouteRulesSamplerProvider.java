/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * The sampler {@code parentbased_rules}, for traces that begin here; others are kept as their
 * caller decided. For OpenTelemetry's autoconfiguration.
 */
public final class ParentBasedRouteRulesSamplerProvider implements ConfigurableSamplerProvider {
  /** For the service loader. */
  public ParentBasedRouteRulesSamplerProvider() {}

  /**
   * Returns the sampler.
   *
   * @throws IllegalArgumentException if its setting is not valid
   */
  @Override
  public Sampler createSampler(ConfigProperties config) {
    return Sampler.parentBased(SamplerNames.rules(config));
  }

  @Override
  public String getName() {
    return "parentbased_rules";
  }
}
