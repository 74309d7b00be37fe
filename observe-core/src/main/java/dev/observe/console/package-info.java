/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Prints finished traces as trees of text. */
@NullMarked
package dev.observe.console;

import org.jspecify.annotations.NullMarked;
