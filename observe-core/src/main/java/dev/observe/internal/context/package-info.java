/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Passes the current span and the log context from one thread to another. */
@NullMarked
package dev.observe.internal.context;

import org.jspecify.annotations.NullMarked;
