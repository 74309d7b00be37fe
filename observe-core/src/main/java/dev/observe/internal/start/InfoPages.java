/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.bridge.TargetInfo;
import dev.observe.internal.config.EffectiveSettings;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.ApplicationPages;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.live.LivePage;
import dev.observe.internal.live.LiveParts;
import dev.observe.internal.live.LiveSettings;
import dev.observe.internal.pages.BuildInfo;
import dev.observe.internal.pages.Discovery;
import dev.observe.internal.pages.DiscoverySettings;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.pages.HealthPage;
import dev.observe.internal.pages.IndexPage;
import dev.observe.internal.pages.RateSampler;
import dev.observe.internal.pages.Report;
import dev.observe.internal.pages.VersionPage;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.request.RunningRequests;
import dev.observe.internal.server.EndpointOptions;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages beside /metrics, with their background threads. */
public final class InfoPages implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(InfoPages.class.getName());

  /** The limit of reports in memory, which may have megabytes each. */
  private static final int MAX_REPORTS = 4;

  private final HealthChecks checks = HealthChecks.create();
  private final Report report;
  private final VersionPage version;
  private final String service;
  private final MetricsPage page;
  private final Discovery discovery;
  private @Nullable RateSampler sampler;
  private PageOwner.@Nullable Live live;
  private Runnable endLive = () -> {};

  public InfoPages(
      Resource resource,
      String serviceName,
      BuildInfo build,
      DiscoverySettings discovery,
      MetricsPage page) {
    String named = resource.getAttribute(SdkFactory.SERVICE_NAME);
    this.service = named == null ? serviceName : named;
    this.report = Report.create(page::snapshots);
    this.version =
        VersionPage.create(service, resource.getAttribute(SdkFactory.SERVICE_VERSION), build);
    this.page = page;
    this.discovery = new Discovery(service, discovery);
    page.addSource(TargetInfo.of(resource));
    page.addSource(build);
    page.addSource(checks);
  }

  /** Returns the service name in the resource. */
  public String service() {
    return service;
  }

  /** Starts the live page. */
  void startLive(
      LiveSettings live, Settings settings, EndpointOptions options, PrometheusRegistry registry) {
    LivePage started =
        LivePage.start(
            new LiveParts(
                live,
                service,
                page::snapshots,
                report,
                version,
                () -> OpenPipelines.all().stream().map(SpanPipeline::stats).toList(),
                EffectiveSettings.lines(settings),
                RunningRequests.track(registry)),
            options,
            page.log());
    this.live = started;
    endLive =
        () -> {
          RunningRequests.untrack(registry);
          started.close();
        };
  }

  /** Prints the address of the live page, which has the token. */
  void announceLive(@Nullable URI metrics) {
    if (metrics == null || live == null) {
      return;
    }
    String address =
        metrics.toString().replaceFirst("/metrics(/|$)", ApplicationPages.LIVE)
            + (metrics.getPath().equals(ApplicationPages.METRICS) ? "" : "/")
            + live.query();
    String line = "The live page of service '" + service + "' is at " + address;
    LOGGER.log(Level.INFO, line);
    // The log of many applications goes to a file, and the address is for the person who starts it.
    System.err.println(line);
  }

  /** Returns the live page, or null without one. */
  public PageOwner.@Nullable Live live() {
    return live;
  }

  public HealthChecks checks() {
    return checks;
  }

  /**
   * Returns the pages of the application.
   *
   * @param all whether there are more than the metrics
   */
  public ApplicationPages pages(boolean all) {
    Map<String, String> shown = new HashMap<>();
    Map<String, EndpointHandler> handlers = new HashMap<>();
    shown.put(ApplicationPages.METRICS, "metrics for Prometheus");
    handlers.put(ApplicationPages.METRICS, page);
    if (all) {
      shown.put("/report", "metrics for people: means, percentiles and rates, as JSON");
      handlers.put("/report", TextPage.create(report, MAX_REPORTS));
      shown.put("/version", "which build this is, and since when it runs");
      handlers.put("/version", TextPage.create(version));
      shown.put("/healthz", "whether it is well");
      handlers.put("/healthz", TextPage.create(HealthPage.liveness(checks)));
      shown.put("/readyz", "whether it can serve");
      handlers.put("/readyz", TextPage.create(HealthPage.readiness(checks)));
      shown.put("/sd", "what Prometheus is to scrape, for http_sd_configs");
      handlers.put("/sd", TextPage.create(discovery));
    }
    PageOwner.Live tree = live;
    if (tree != null) {
      shown.put(ApplicationPages.LIVE, "traces, rates and running requests, live");
    }
    if (all) {
      handlers.put("/", TextPage.create(IndexPage.create(service, shown)));
      shown.put("/", "links to these pages");
    }
    return new ApplicationPages(
        service,
        shown,
        (path, exchange) -> {
          EndpointHandler handler = handlers.get(path);
          if (handler == null) {
            requireNonNull(tree).handle(path, exchange);
          } else {
            handler.handle(exchange);
          }
        },
        discovery::targets);
  }

  /**
   * Publishes the address of the page and, if more pages are served, starts to sample for the
   * report.
   *
   * @throws java.io.UncheckedIOException if the discovery file cannot be written
   */
  public void publish(URI address, boolean all) {
    discovery.publish(address);
    if (all && sampler == null) {
      sampler = RateSampler.start(report);
    }
  }

  @Override
  public void close() {
    endLive.run();
    discovery.close();
    checks.close();
    if (sampler != null) {
      sampler.close();
    }
  }
}
