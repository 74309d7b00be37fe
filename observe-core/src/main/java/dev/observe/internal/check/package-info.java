/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Checks the connection to the collector, and explains why spans do not arrive. */
@NullMarked
package dev.observe.internal.check;

import org.jspecify.annotations.NullMarked;
