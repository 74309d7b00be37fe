/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a page of metrics costs. */
@NullMarked
package dev.observe.benchmarks.page;

import org.jspecify.annotations.NullMarked;
