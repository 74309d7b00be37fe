/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Observes one servlet request: exchange, route, container differences and shared handles. */
@NullMarked
package dev.observe.servlet.internal;

import org.jspecify.annotations.NullMarked;
