/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the start of a server costs. */
@NullMarked
package dev.observe.benchmarks.start;

import org.jspecify.annotations.NullMarked;
