/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import io.opentelemetry.api.common.Attributes;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;

/** The options of a metrics builder at the time of its start. */
public record MetricsOptions(
    String serviceName,
    Map<String, String> properties,
    Attributes resourceAttributes,
    PrometheusRegistry registry,
    boolean endpoint,
    boolean ignorePortInUse,
    boolean isolated) {}
