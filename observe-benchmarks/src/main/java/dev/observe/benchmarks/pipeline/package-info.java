/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Measures the delivery of spans, in separate JVMs. */
@NullMarked
package dev.observe.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
