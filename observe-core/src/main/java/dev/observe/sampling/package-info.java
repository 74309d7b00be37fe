/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Samplers in addition to those of OpenTelemetry, chosen by name: {@code
 * otel.traces.sampler=rate_limited} or {@code rules}, each also with the prefix {@code
 * parentbased_}.
 */
@NullMarked
package dev.observe.sampling;

import org.jspecify.annotations.NullMarked;
