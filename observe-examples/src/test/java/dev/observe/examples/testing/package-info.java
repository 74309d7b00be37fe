/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Helpers that the tests of the examples share. */
@NullMarked
package dev.observe.examples.testing;

import org.jspecify.annotations.NullMarked;
