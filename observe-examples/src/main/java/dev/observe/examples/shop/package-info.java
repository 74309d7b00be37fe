/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Two services, one trace: a shop that calls a stock service, and visitors that generate requests.
 */
@NullMarked
package dev.observe.examples.shop;

import org.jspecify.annotations.NullMarked;
