/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Spans on their way out of a JVM of their own. */
@NullMarked
package dev.observe.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
