/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The metrics page and the small HTTP server in front of it: bounded, private and always answering.
 */
@NullMarked
package dev.observe.endpoint;

import org.jspecify.annotations.NullMarked;
