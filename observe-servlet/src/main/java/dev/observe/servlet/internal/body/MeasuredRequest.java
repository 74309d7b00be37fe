/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.internal.Container;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Passes a request on to the application and measures more of it than its duration. */
public final class MeasuredRequest {
  private MeasuredRequest() {}

  public static void serve(
      RequestMeter meter,
      Container container,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest served = request;
    HttpServletResponse answer = response;
    if (meter.countsRequest() || meter.countsResponse() || meter.timesFirstByte()) {
      try {
        CountingResponse known = CountingResponse.in(response);
        CountingResponse counting =
            known == null ? new CountingResponse(response, meter, container) : known;
        if (known == null) {
          served = new CountingRequest(request, counting, meter);
          answer = counting;
        }
        if (request.getDispatcherType() == DispatcherType.ERROR) {
          counting.reopen();
          meter.errorPageAnswers();
        }
      } catch (Throwable e) {
        // A wrapper of the application failed: the request continues without a count.
        FatalErrors.rethrow(e);
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

  /** For a response that is sent without a call of the wrappers, such as a redirect. */
  private static void noteFirstByte(RequestMeter meter, HttpServletResponse response) {
    try {
      if (meter.awaitsFirstByte() && response.isCommitted()) {
        meter.firstByte(meter.nanos());
      }
    } catch (Throwable e) {
      // A wrapper of the application failed: the request must not fail for that.
      FatalErrors.rethrow(e);
    }
  }
}
