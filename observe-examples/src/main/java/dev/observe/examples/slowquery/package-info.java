/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A slow statement that its trace shows, before and after an index. */
@NullMarked
package dev.observe.examples.slowquery;

import org.jspecify.annotations.NullMarked;
