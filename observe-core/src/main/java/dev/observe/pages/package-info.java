/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What people and scripts ask a running process: reports, version, health. */
@NullMarked
package dev.observe.pages;

import org.jspecify.annotations.NullMarked;
