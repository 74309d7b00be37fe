/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A door into the package of this name. */
@NullMarked
package dev.observe.endpoint;

import org.jspecify.annotations.NullMarked;
