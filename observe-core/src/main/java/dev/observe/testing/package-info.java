/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * For the tests of applications: an extension of JUnit Jupiter that keeps spans and metrics in
 * memory, an assertion of what one request did, and a watch for scopes and spans that a test leaves
 * open.
 *
 * <p>Needs {@code junit-jupiter-api} on the class path, which a project with tests has. Nothing
 * else of observe uses this package.
 */
@NullMarked
package dev.observe.testing;

import org.jspecify.annotations.NullMarked;
