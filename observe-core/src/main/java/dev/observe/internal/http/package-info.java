/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** An HTTP/1.1 client whose every wait ends at a deadline. */
@NullMarked
package dev.observe.internal.http;

import org.jspecify.annotations.NullMarked;
