/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Observes one server request: its life cycle, its selection and its names. */
@NullMarked
package dev.observe.internal.request;

import org.jspecify.annotations.NullMarked;
