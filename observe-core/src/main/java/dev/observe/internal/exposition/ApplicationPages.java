/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one application on a metrics port, which several applications may share.
 *
 * @param service the name of the application
 * @param descriptions what each path shows
 * @param handler answers the requests for these paths
 * @param targets the scrape targets of the application, as JSON objects
 */
public record ApplicationPages(
    String service,
    Map<String, String> descriptions,
    Handler handler,
    Supplier<List<String>> targets) {
  /** The path of the metrics page, which every application has. */
  public static final String METRICS = "/metrics";

  /** The path of the live page, which has the paths below it too. */
  public static final String LIVE = "/live/";

  /** Copies the descriptions. */
  public ApplicationPages {
    descriptions = Map.copyOf(descriptions);
  }

  /** Answers the requests for the pages of an application. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request, as an {@link EndpointHandler} does.
     *
     * @param path the path of the page, which is not that of the request if the port is shared
     */
    void handle(String path, PrometheusHttpExchange exchange) throws IOException;
  }

  /** Finds the handlers of the paths that are about several applications. */
  @FunctionalInterface
  public interface Joint {
    /** Returns the handler of a path, or null if no application has the page. */
    @Nullable EndpointHandler find(String path, Map<String, ApplicationPages> applications);
  }

  public boolean has(String path) {
    return descriptions.containsKey(path);
  }
}
