/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.bridge.TargetInfo;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.pages.BuildInfo;
import dev.observe.internal.pages.Discovery;
import dev.observe.internal.pages.DiscoverySettings;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.pages.HealthPage;
import dev.observe.internal.pages.IndexPage;
import dev.observe.internal.pages.RateSampler;
import dev.observe.internal.pages.Report;
import dev.observe.internal.pages.VersionPage;
import dev.observe.internal.server.MetricsEndpoint;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages beside /metrics, with their background threads. */
public final class InfoPages implements AutoCloseable {
  /** The limit of reports in memory, which may have megabytes each. */
  private static final int MAX_REPORTS = 4;

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");

  private final HealthChecks checks = HealthChecks.create();
  private final Report report;
  private final VersionPage version;
  private final String service;
  private final Discovery discovery;
  private @Nullable RateSampler sampler;

  public InfoPages(
      Resource resource,
      String serviceName,
      BuildInfo build,
      DiscoverySettings discovery,
      MetricsPage page) {
    String named = resource.getAttribute(SERVICE_NAME);
    this.service = named == null ? serviceName : named;
    this.report = Report.create(page::snapshots);
    this.version =
        VersionPage.create(service, resource.getAttribute(SdkFactory.SERVICE_VERSION), build);
    this.discovery = new Discovery(service, discovery);
    page.addSource(TargetInfo.of(resource));
    page.addSource(build);
    page.addSource(checks);
  }

  /** Returns the service name in the resource. */
  public String service() {
    return service;
  }

  public HealthChecks checks() {
    return checks;
  }

  /** Returns the handler of each path. */
  public Map<String, EndpointHandler> handlers() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put(MetricsEndpoint.PATH, "metrics for Prometheus");
    shown.put("/report", "metrics for people: means, percentiles and rates, as JSON");
    shown.put("/version", "which build this is, and since when it runs");
    shown.put("/healthz", "whether it is well");
    shown.put("/readyz", "whether it can serve");
    shown.put("/sd", "what Prometheus is to scrape, for http_sd_configs");
    return Map.of(
        "/sd", TextPage.create(discovery),
        "/report", TextPage.create(report, MAX_REPORTS),
        "/version", TextPage.create(version),
        "/healthz", TextPage.create(HealthPage.liveness(checks)),
        "/readyz", TextPage.create(HealthPage.readiness(checks)),
        "/", TextPage.create(IndexPage.create(service, shown)));
  }

  /**
   * Publishes the address of the endpoint and, if the pages are served, starts to sample for the
   * report.
   *
   * @throws java.io.UncheckedIOException if the discovery file cannot be written
   */
  public void start(URI bound, boolean served) {
    discovery.start(bound);
    if (served) {
      sampler = RateSampler.start(report);
    }
  }

  @Override
  public void close() {
    discovery.close();
    checks.close();
    if (sampler != null) {
      sampler.close();
    }
  }
}
