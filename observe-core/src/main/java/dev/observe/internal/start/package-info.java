/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Starts and stops the parts behind the handles, and holds the process-wide slots. */
@NullMarked
package dev.observe.internal.start;

import org.jspecify.annotations.NullMarked;
