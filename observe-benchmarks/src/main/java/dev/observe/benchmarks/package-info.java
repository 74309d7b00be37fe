/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Measures the cost of a request, a page, a span and a start, beside the alternatives. */
@NullMarked
package dev.observe.benchmarks;

import org.jspecify.annotations.NullMarked;
