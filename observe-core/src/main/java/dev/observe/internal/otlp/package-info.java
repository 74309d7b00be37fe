/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Encodes spans with the stock OTLP exporters and sends them. */
@NullMarked
package dev.observe.internal.otlp;

import org.jspecify.annotations.NullMarked;
