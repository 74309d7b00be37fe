/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Generates load for a server and measures its responses. */
@NullMarked
package dev.observe.benchmarks.load;

import org.jspecify.annotations.NullMarked;
