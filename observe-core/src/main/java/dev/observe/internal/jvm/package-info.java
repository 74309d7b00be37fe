/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The metrics of the JVM and of its process. */
@NullMarked
package dev.observe.internal.jvm;

import org.jspecify.annotations.NullMarked;
