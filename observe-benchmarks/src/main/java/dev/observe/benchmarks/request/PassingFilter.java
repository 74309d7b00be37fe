/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** A filter that does nothing, or only reads the clock twice, as every measurement has to. */
final class PassingFilter implements Filter {
  private final boolean clock;

  /** Written so that the compiler keeps the readings, though the clock never goes back. */
  long nanos;

  PassingFilter(boolean clock) {
    this.clock = clock;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!clock) {
      chain.doFilter(request, response);
      return;
    }
    long start = System.nanoTime();
    chain.doFilter(request, response);
    long took = System.nanoTime() - start;
    if (took < 0) {
      nanos = took;
    }
  }
}
