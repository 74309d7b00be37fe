/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A booking service that counts bookings by event, and the event service that it calls. */
@NullMarked
package dev.observe.examples.myevents;

import org.jspecify.annotations.NullMarked;
