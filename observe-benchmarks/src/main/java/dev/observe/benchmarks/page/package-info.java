/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Measures the cost of a page of metrics. */
@NullMarked
package dev.observe.benchmarks.page;

import org.jspecify.annotations.NullMarked;
