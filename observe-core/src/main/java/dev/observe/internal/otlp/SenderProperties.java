/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;

/** The user's settings with a fixed protocol, and with a loader that provides the sender. */
public final class SenderProperties extends OtlpProperties {
  private final ComponentLoader loader;

  public SenderProperties(ConfigProperties settings, String protocol, ComponentLoader loader) {
    super(settings, protocol);
    this.loader = loader;
  }

  @Override
  public ComponentLoader getComponentLoader() {
    return loader;
  }
}
