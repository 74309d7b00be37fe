/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Builds an endpoint on a free port from settings. */
public final class TestEndpoint {
  private final MetricsPage page;
  private final Map<String, String> settings =
      new HashMap<>(Map.of(Setting.ENDPOINT_PORT.name(), "0"));
  private final Map<String, EndpointHandler> handlers = new HashMap<>();
  private Duration timeLimit = Duration.ofSeconds(10);

  private TestEndpoint(MetricsPage page) {
    this.page = page;
  }

  public static TestEndpoint of(MetricsPage page) {
    return new TestEndpoint(page);
  }

  public TestEndpoint set(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  public TestEndpoint handlers(Map<String, EndpointHandler> more) {
    handlers.putAll(more);
    return this;
  }

  TestEndpoint timeLimit(Duration limit) {
    timeLimit = limit;
    return this;
  }

  EndpointOptions options() {
    return EndpointOptions.of(Settings.of(settings));
  }

  public MetricsEndpoint start() {
    return MetricsEndpoint.start(options(), page, handlers, timeLimit);
  }
}
