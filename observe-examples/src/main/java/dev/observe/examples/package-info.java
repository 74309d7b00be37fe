/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Small observed systems, each in a package with its name, and the class that runs one of them. */
@NullMarked
package dev.observe.examples;

import org.jspecify.annotations.NullMarked;
