/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Counts the bytes of request and response bodies, when a measurement asks for them. */
@NullMarked
package dev.observe.servlet.internal.body;

import org.jspecify.annotations.NullMarked;
