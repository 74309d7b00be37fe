/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.List;

/** The user's settings with a fixed protocol, and a sender of ours for it. */
final class SenderProperties<P> extends OtlpProperties {
  private final ConfigProperties settings;
  private final Class<P> service;
  private final P provider;

  /**
   * Creates the settings.
   *
   * @param service the kind of sender of which the exporter sees only {@code provider}
   */
  SenderProperties(ConfigProperties settings, String protocol, Class<P> service, P provider) {
    super(settings, protocol);
    this.settings = settings;
    this.service = service;
    this.provider = provider;
  }

  @Override
  public ComponentLoader getComponentLoader() {
    ComponentLoader others = settings.getComponentLoader();
    return new ComponentLoader() {
      @Override
      public <T> Iterable<T> load(Class<T> wanted) {
        return wanted == service ? List.of(wanted.cast(provider)) : others.load(wanted);
      }
    };
  }
}
