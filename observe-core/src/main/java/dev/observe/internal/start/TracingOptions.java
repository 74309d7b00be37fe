/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The options of a tracing builder at the time of its start. */
public record TracingOptions(
    String serviceName,
    Map<String, String> properties,
    Attributes resourceAttributes,
    List<SpanExporter> exporters,
    List<SpanProcessor> processors,
    Duration shutdownTimeout,
    boolean isolated) {}
