/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The names and values that the semantic conventions give to HTTP requests. */
@NullMarked
package dev.observe.internal.semconv;

import org.jspecify.annotations.NullMarked;
