/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The program on the README's first screen, compiled so that it stays true. */
@NullMarked
package dev.observe.examples.quickstart;

import org.jspecify.annotations.NullMarked;
