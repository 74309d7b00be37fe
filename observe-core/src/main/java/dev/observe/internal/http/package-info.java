/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The HTTP/1.1 client for spans, the Pushgateway and the collector check: one deadline bounds an
 * exchange, from the host lookup to the last byte of the response.
 */
@NullMarked
package dev.observe.internal.http;

import org.jspecify.annotations.NullMarked;
