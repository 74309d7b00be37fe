/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The smallest traced program: one span outside, two inside that run in parallel. */
@NullMarked
package dev.observe.examples.tracing;

import org.jspecify.annotations.NullMarked;
