/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Real counterparts for tests: what receives our spans, scrapes our pages and checks our formats.
 */
@NullMarked
package dev.observe.testkit;

import org.jspecify.annotations.NullMarked;
