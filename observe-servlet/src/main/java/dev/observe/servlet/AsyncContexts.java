/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.ContextPropagation;
import jakarta.servlet.AsyncContext;

/**
 * Helps with asynchronous requests.
 *
 * @since 0.1
 */
public final class AsyncContexts {
  private AsyncContexts() {}

  /**
   * Does what {@link AsyncContext#start} does, and takes the span that is current here along to the
   * container's thread.
   *
   * @throws IllegalStateException if the asynchronous request is complete or dispatched, as the
   *     container says
   */
  public static void start(AsyncContext asyncContext, Runnable task) {
    asyncContext.start(ContextPropagation.wrap(task));
  }
}
