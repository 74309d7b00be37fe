/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The auto-configuration for Spring Boot; no other package depends on Spring. */
@NullMarked
package dev.observe.servlet.internal.spring;

import org.jspecify.annotations.NullMarked;
