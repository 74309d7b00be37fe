/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Helpers that several packages share: text cleaning, threads, rate-limited logging. */
@NullMarked
package dev.observe.internal.util;

import org.jspecify.annotations.NullMarked;
