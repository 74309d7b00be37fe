/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.jspecify.annotations.Nullable;

/** A request and its response, reused by one thread, and an application that does nothing. */
final class Exchange implements FilterChain {
  private final RequestData data;
  final FakeRequest request;
  final FakeResponse response;
  final FakeJavaxRequest javaxRequest;
  final FakeJavaxResponse javaxResponse;

  /** Made once, as a container keeps its chain. */
  final javax.servlet.FilterChain javaxChain = this::doJavaxFilter;

  private final long[] served = new long[2 * RequestData.APART];

  Exchange(FakeContext context, String servletPath, @Nullable String parent) {
    data = new RequestData(servletPath, parent);
    request = new FakeRequest(data, context);
    response = new FakeResponse(data);
    javaxRequest = new FakeJavaxRequest(data, new FakeJavaxContext());
    javaxResponse = new FakeJavaxResponse(data);
  }

  void reset() {
    data.reset();
  }

  /** Returns how often the application was called. */
  long served() {
    return served[RequestData.APART];
  }

  @Override
  public void doFilter(ServletRequest toServe, ServletResponse toSend) {
    served[RequestData.APART]++;
  }

  private void doJavaxFilter(
      javax.servlet.ServletRequest toServe, javax.servlet.ServletResponse toSend) {
    served[RequestData.APART]++;
  }
}
