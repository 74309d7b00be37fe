/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Load for a server, and what came of it. */
@NullMarked
package dev.observe.benchmarks.load;

import org.jspecify.annotations.NullMarked;
