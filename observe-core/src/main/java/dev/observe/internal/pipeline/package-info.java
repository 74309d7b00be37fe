/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Queues ended spans, retries failed batches, and counts the outcome of every span. */
@NullMarked
package dev.observe.internal.pipeline;

import org.jspecify.annotations.NullMarked;
