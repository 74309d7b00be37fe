/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Starts and stops tracing and metrics with one call each. */
@NullMarked
package dev.observe;

import org.jspecify.annotations.NullMarked;
