/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The JVM's and the process's own figures. */
@NullMarked
package dev.observe.jvm;

import org.jspecify.annotations.NullMarked;
