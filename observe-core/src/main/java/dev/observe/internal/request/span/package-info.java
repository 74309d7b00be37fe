/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The span of a server request, made without the SDK where its settings are known. */
@NullMarked
package dev.observe.internal.request.span;

import org.jspecify.annotations.NullMarked;
