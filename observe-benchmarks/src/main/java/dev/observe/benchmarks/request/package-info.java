/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a request costs in each filter. */
@NullMarked
package dev.observe.benchmarks.request;

import org.jspecify.annotations.NullMarked;
