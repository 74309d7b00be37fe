/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The web server that the examples run in. */
@NullMarked
package dev.observe.examples.web;

import org.jspecify.annotations.NullMarked;
