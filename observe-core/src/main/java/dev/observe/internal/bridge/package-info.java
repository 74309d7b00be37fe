/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Adds OpenTelemetry metrics to the page, and exports the registry as OpenTelemetry metrics. */
@NullMarked
package dev.observe.internal.bridge;

import org.jspecify.annotations.NullMarked;
