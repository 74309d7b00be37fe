/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Finds the versions of OpenTelemetry and the Prometheus client, and what they lack. */
@NullMarked
package dev.observe.internal.versions;

import org.jspecify.annotations.NullMarked;
