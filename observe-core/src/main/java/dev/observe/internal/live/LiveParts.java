/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.pipeline.PipelineStats;
import dev.observe.internal.request.RunningRequests;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a live page shows.
 *
 * @param service the name of the service
 * @param metrics returns the metrics whose names a filter accepts
 * @param report the page /report
 * @param version the page /version
 * @param pipelines the counts of the pipelines of the process
 * @param effective the settings in force, each with its source and without secrets
 * @param running the requests in flight
 */
public record LiveParts(
    LiveSettings settings,
    String service,
    Function<Predicate<String>, MetricSnapshots> metrics,
    TextPage.Source report,
    TextPage.Source version,
    Supplier<List<PipelineStats>> pipelines,
    List<String> effective,
    RunningRequests running) {}
