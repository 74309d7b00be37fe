/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Reads the client address, scheme and host that trusted proxies forward. */
@NullMarked
package dev.observe.internal.request.forwarded;

import org.jspecify.annotations.NullMarked;
