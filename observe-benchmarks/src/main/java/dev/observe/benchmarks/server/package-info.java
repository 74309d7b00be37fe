/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Servers in separate JVMs, observed in different ways. */
@NullMarked
package dev.observe.benchmarks.server;

import org.jspecify.annotations.NullMarked;
