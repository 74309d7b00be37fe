/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Gets ended spans to a collector: a bounded queue whose failed batches are offered again, exact
 * accounts of what was acknowledged and what was lost, and the OTLP sender under it.
 */
@NullMarked
package dev.observe.export;

import org.jspecify.annotations.NullMarked;
