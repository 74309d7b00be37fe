/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Looks up, validates and documents settings. */
@NullMarked
package dev.observe.internal.config;

import org.jspecify.annotations.NullMarked;
