/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Shows OpenTelemetry metrics on the page, and exports the page as OTLP. */
@NullMarked
package dev.observe.internal.bridge;

import org.jspecify.annotations.NullMarked;
