/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** A filter of the application, after the filters under test. */
final class InnerFilter implements Filter {
  private final Map<String, Scenario> scenarios;

  InnerFilter(Map<String, Scenario> scenarios) {
    this.scenarios = scenarios;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    Scenario scenario = ScenarioServlet.find(scenarios, http);
    if (scenario == null) {
      chain.doFilter(request, response);
    } else {
      scenario.inner.filter(http, (HttpServletResponse) response, chain);
    }
  }
}
