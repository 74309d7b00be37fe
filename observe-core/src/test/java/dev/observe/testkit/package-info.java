/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Receivers, servers and programs for tests of more than one package. */
@NullMarked
package dev.observe.testkit;

import org.jspecify.annotations.NullMarked;
