/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Compares our pipeline with OpenTelemetry's batch processor in the same outages. */
@NullMarked
package dev.observe.comparison;

import org.jspecify.annotations.NullMarked;
