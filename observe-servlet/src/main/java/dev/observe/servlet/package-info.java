/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Filters and servlets that observe an application built on the Servlet API. */
@NullMarked
package dev.observe.servlet;

import org.jspecify.annotations.NullMarked;
