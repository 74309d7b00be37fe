/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The way of a finished span from the application to a collector, and the account of it. */
@NullMarked
package dev.observe.export;

import org.jspecify.annotations.NullMarked;
