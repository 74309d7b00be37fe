/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Shared by the examples: the web server, and the start and the end of their process. */
@NullMarked
package dev.observe.examples.support;

import org.jspecify.annotations.NullMarked;
