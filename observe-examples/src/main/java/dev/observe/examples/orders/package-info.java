/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Documents in a MongoDB, with a span and metrics of each command. */
@NullMarked
package dev.observe.examples.orders;

import org.jspecify.annotations.NullMarked;
