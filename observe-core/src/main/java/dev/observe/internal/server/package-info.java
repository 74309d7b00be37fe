/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The HTTP server of the metrics port, with a limit on every resource a client can use. */
@NullMarked
package dev.observe.internal.server;

import org.jspecify.annotations.NullMarked;
