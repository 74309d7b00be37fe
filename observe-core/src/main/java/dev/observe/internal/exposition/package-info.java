/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The metrics page: collects the snapshots, negotiates the format, shares the rendered bytes. */
@NullMarked
package dev.observe.internal.exposition;

import org.jspecify.annotations.NullMarked;
