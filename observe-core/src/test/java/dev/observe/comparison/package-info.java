/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Our pipeline and OpenTelemetry's batch processor in the same outages; writes a page of docs. */
@NullMarked
package dev.observe.comparison;

import org.jspecify.annotations.NullMarked;
