/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A way of a request through the application of which more is measured than how long it took. */
public final class MeasuredRequest {
  private MeasuredRequest() {}

  public static void serve(
      RequestMeter meter,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest served = request;
    HttpServletResponse answer = response;
    if (meter.countsRequest() || meter.countsResponse() || meter.timesFirstByte()) {
      try {
        CountingResponse known = CountingResponse.in(response);
        CountingResponse counting = known == null ? new CountingResponse(response, meter) : known;
        if (known == null) {
          served = new CountingRequest(request, counting, meter);
          answer = counting;
        }
        if (request.getDispatcherType() == DispatcherType.ERROR) {
          counting.reopen();
          meter.errorPageAnswers();
        }
      } catch (RuntimeException e) {
        // Somebody's wrapper does not answer: the request goes on without a count.
        meter.loseRequestCount();
        meter.containerAnswers();
      }
    }
    boolean entered = meter.enterThread();
    try {
      chain.doFilter(served, answer);
    } finally {
      if (entered) {
        meter.leaveThread();
      }
      noteFirstByte(meter, response);
    }
  }

  /** For what sends a response without anything of ours being called, such as a redirect. */
  private static void noteFirstByte(RequestMeter meter, HttpServletResponse response) {
    try {
      if (meter.awaitsFirstByte() && response.isCommitted()) {
        meter.firstByte(meter.nanos());
      }
    } catch (RuntimeException e) {
      // Somebody's wrapper does not answer: the request must not fail for that.
    }
  }
}
