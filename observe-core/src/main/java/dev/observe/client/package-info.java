/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A {@link java.net.http.HttpClient} that creates a span for each call and times it. */
@NullMarked
package dev.observe.client;

import org.jspecify.annotations.NullMarked;
