/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Starts tracing and metrics in one call each, and hands back what closes them. */
@NullMarked
package dev.observe;

import org.jspecify.annotations.NullMarked;
