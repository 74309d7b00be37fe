/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Observes one client call: its span and its metrics. */
@NullMarked
package dev.observe.internal.client;

import org.jspecify.annotations.NullMarked;
