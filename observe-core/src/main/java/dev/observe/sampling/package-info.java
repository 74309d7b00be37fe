/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Samplers beside those of OpenTelemetry, chosen by name: {@code otel.traces.sampler=rate_limited}
 * or {@code rules}, each also with {@code parentbased_} in front.
 */
@NullMarked
package dev.observe.sampling;

import org.jspecify.annotations.NullMarked;
