/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Pushes the metrics page to a Pushgateway: at shutdown, and at intervals if configured. */
@NullMarked
package dev.observe.internal.push;

import org.jspecify.annotations.NullMarked;
