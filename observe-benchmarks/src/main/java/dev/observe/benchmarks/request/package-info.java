/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Measures the cost of a request in each filter. */
@NullMarked
package dev.observe.benchmarks.request;

import org.jspecify.annotations.NullMarked;
