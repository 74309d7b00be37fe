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
   * Calls {@link AsyncContext#start} and makes the current span current on the container's thread.
   *
   * @throws IllegalStateException if the asynchronous request is complete or dispatched; thrown by
   *     the container
   */
  public static void start(AsyncContext asyncContext, Runnable task) {
    asyncContext.start(ContextPropagation.wrap(task));
  }
}
