/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** One HTTP exchange, whatever container or client carries it: its span, its metrics, its names. */
@NullMarked
package dev.observe.http;

import org.jspecify.annotations.NullMarked;
