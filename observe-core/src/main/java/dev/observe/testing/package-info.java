/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * For the tests of applications: a JUnit Jupiter extension that records spans and metrics in
 * memory, asserts the effects of one request, and detects scopes and spans that a test leaves open.
 *
 * <p>Requires {@code junit-jupiter-api} on the class path. No other package of observe uses this
 * one.
 */
@NullMarked
package dev.observe.testing;

import org.jspecify.annotations.NullMarked;
