/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

  public TestEndpoint pages(ApplicationPages pages) {
    for (String path : pages.descriptions().keySet()) {
      handlers.put(path, exchange -> pages.handler().handle(path, exchange));
    }
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
    return MetricsEndpoint.start(
        options(), "shop", page, pages(), (path, applications) -> null, timeLimit);
  }

  private ApplicationPages pages() {
    Map<String, EndpointHandler> all = new HashMap<>(handlers);
    all.put(ApplicationPages.METRICS, page);
    Map<String, String> descriptions = new HashMap<>();
    all.keySet().forEach(path -> descriptions.put(path, "a page"));
    return new ApplicationPages(
        "shop",
        descriptions,
        (path, exchange) -> requireNonNull(all.get(path)).handle(exchange),
        List::of);
  }
}
