/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;

/**
 * Registers what automatic registration adds to the filter, for the contract suite, which is in
 * another package.
 */
public final class RequestEnds {
  private RequestEnds() {}

  public static void register(ServletContext context) {
    RequestEndListener.register(context);
    DispatchFilter.register(context);
  }
}
