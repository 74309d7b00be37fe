/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The README's first program, compiled so that the README stays correct. */
@NullMarked
package dev.observe.examples.quickstart;

import org.jspecify.annotations.NullMarked;
