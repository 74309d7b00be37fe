/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user's settings with a fixed protocol. */
class OtlpProperties implements ConfigProperties {
  private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";

  private final ConfigProperties settings;
  private final String protocol;

  OtlpProperties(ConfigProperties settings, String protocol) {
    this.settings = settings;
    this.protocol = protocol;
  }

  @Override
  public @Nullable String getString(String name) {
    return name.equals(TRACES_PROTOCOL) ? protocol : settings.getString(name);
  }

  @Override
  public @Nullable Boolean getBoolean(String name) {
    return settings.getBoolean(name);
  }

  @Override
  public @Nullable Integer getInt(String name) {
    return settings.getInt(name);
  }

  @Override
  public @Nullable Long getLong(String name) {
    return settings.getLong(name);
  }

  @Override
  public @Nullable Double getDouble(String name) {
    return settings.getDouble(name);
  }

  @Override
  public @Nullable Duration getDuration(String name) {
    return settings.getDuration(name);
  }

  @Override
  public List<String> getList(String name) {
    return settings.getList(name);
  }

  @Override
  public Map<String, String> getMap(String name) {
    return settings.getMap(name);
  }
}
