/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Where each setting comes from, and what it must look like. */
@NullMarked
package dev.observe.config;

import org.jspecify.annotations.NullMarked;
