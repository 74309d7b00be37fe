/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.sampling;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/** The sampler {@code rules}, for every trace. For OpenTelemetry's autoconfiguration. */
public final class RouteRulesSamplerProvider implements ConfigurableSamplerProvider {
  /** For the service loader. */
  public RouteRulesSamplerProvider() {}

  /**
   * Returns the sampler.
   *
   * @throws IllegalArgumentException if its setting is not valid
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
