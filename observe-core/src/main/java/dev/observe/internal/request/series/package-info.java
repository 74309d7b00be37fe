/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The metrics of server requests, with a bound on their series. */
@NullMarked
package dev.observe.internal.request.series;

import org.jspecify.annotations.NullMarked;
