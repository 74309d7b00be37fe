/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A state machine replicated by Raft, with its submits and applies in the trace of the request. */
@NullMarked
package dev.observe.examples.raft;

import org.jspecify.annotations.NullMarked;
