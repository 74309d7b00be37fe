/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Four services: HTTP in front, gRPC behind, and one trace over both for each call. */
@NullMarked
package dev.observe.examples.courseware;

import org.jspecify.annotations.NullMarked;
