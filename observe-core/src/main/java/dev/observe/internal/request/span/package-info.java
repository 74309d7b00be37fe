/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Creates the span of a server request without the SDK, if its version and settings are known. */
@NullMarked
package dev.observe.internal.request.span;

import org.jspecify.annotations.NullMarked;
