/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The other pages of the metrics port: report, version, health and discovery. */
@NullMarked
package dev.observe.internal.pages;

import org.jspecify.annotations.NullMarked;
