/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Writes metric snapshots in the text formats of Prometheus. */
@NullMarked
package dev.observe.internal.exposition.format;

import org.jspecify.annotations.NullMarked;
