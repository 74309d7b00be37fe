/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The smallest measured server: a counter of requests and a gauge that is read at each scrape. */
@NullMarked
package dev.observe.examples.metrics;

import org.jspecify.annotations.NullMarked;
