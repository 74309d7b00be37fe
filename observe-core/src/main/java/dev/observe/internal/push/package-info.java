/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Puts the metrics page on a Pushgateway. */
@NullMarked
package dev.observe.internal.push;

import org.jspecify.annotations.NullMarked;
