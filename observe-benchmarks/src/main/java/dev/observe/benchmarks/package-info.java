/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a request, a page, a span and a start cost, beside the alternatives. */
@NullMarked
package dev.observe.benchmarks;

import org.jspecify.annotations.NullMarked;
