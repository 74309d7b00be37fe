/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The live page: recent traces, rates and running requests of this process, in a browser. */
@NullMarked
package dev.observe.internal.live;

import org.jspecify.annotations.NullMarked;
