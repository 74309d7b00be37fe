/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Histograms, exemplars and collectors that exist once for each registry. */
@NullMarked
package dev.observe.internal.instrument;

import org.jspecify.annotations.NullMarked;
