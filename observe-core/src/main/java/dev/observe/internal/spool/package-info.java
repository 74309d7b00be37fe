/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Keeps encoded batches on disk until the collector acknowledges them. */
@NullMarked
package dev.observe.internal.spool;

import org.jspecify.annotations.NullMarked;
