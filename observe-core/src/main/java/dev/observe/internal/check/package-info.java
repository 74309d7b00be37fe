/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Finds out why spans do not reach the collector. */
@NullMarked
package dev.observe.internal.check;

import org.jspecify.annotations.NullMarked;
