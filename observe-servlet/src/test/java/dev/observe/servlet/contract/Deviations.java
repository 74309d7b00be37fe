/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The accepted differences between records and responses, which containers cause. */
final class Deviations {
  private record Deviation(
      List<String> scenarios, Predicate<Site> where, String what, String reason) {}

  private static final String FORWARDED =
      "A filter that is mapped by hand for REQUEST only is not called before a forward or an include,"
          + " nor before the error page of an asynchronous request, which Jetty does not show later. The"
          + " route is right if addTo or automatic registration maps the filter, or you map it for all"
          + " dispatches.";

  private static final List<Deviation> ALL =
      List.of(
          new Deviation(
              List.of(
                  "error page that changes the status to 200",
                  "async sendError by another thread before the filter is left, an error page"
                      + " changes the status to 200",
                  "error page for an exception changes the status to 503"),
              site -> site.container.isJetty() || !site.isCalledAfterErrors(),
              "the client saw \\d+, recorded is \\d+",
              "The container writes the error page after all filters. Tomcat and Undertow call a"
                  + " ServletRequestListener after the page, so the status is right if ours is"
                  + " registered; Jetty calls it before the page."),
          new Deviation(
              List.of("exception after sendError 404"),
              site -> !site.container.isJetty() && !site.isCalledAfterErrors(),
              "the client saw 500, recorded is 404",
              "After sendError a response reports that it is committed. Tomcat and Undertow still"
                  + " respond to an exception with 500, Jetty with 404. The status is right if our"
                  + " ServletRequestListener is registered."),
          new Deviation(
              List.of(
                  "a route, then a forward",
                  "a route, then an include",
                  "a Spring pattern, then a forward",
                  "a Spring pattern, then an include"),
              site -> !site.isCalledAtDispatches(),
              "http.route is '(/run)?/overwritten' and must be '(/run)?/things/\\{id}'",
              FORWARDED),
          new Deviation(
              List.of("no route, then an async sendError with an error page with one"),
              site -> site.container.isJetty() && !site.isCalledAtDispatches(),
              "http.route is '/overwritten' and must be '/run/\\*'",
              FORWARDED),
          new Deviation(
              List.of("exception in a WriteListener after commit"),
              site -> site.container == ContainerKind.TOMCAT,
              "the client saw 200, recorded is 500",
              "Tomcat sets the status to 500 after 200 was sent, and reports the error after that, so"
                  + " that 200 and an error page cannot be distinguished. error.type is right."),
          new Deviation(
              List.of(
                  "exception after startAsync",
                  "exception after startAsync, an error page changes the status to 503",
                  "exception after startAsync and commit",
                  "async dispatch, then startAsync, then exception"),
              site -> site.container.isJetty(),
              "(?s)the response is not the same.*|without observe the client received no end",
              "Jetty waits for the timeout of the request unless it has an AsyncListener. With ours it"
                  + " responds to the exception at once. The record is right."),
          new Deviation(
              List.of("exception in a WriteListener after commit"),
              site -> site.container.title().endsWith("ee8"),
              "1 requests, but 0 spans.*|0 (spans|observations) of 1 requests"
                  + "|the client saw 200, recorded is \\[]",
              "Jetty for Jakarta EE 8 never ends a request that timed out after the response began,"
                  + " so the client gets no end either, and the request stays active."),
          new Deviation(
              List.of("protocol upgrade", "WebSocket handshake"),
              site -> site.container.title().endsWith("ee8"),
              "the client received HTTP/1.1 500.*|error.type is 'javax.servlet.ServletException'.*",
              "Jetty for Jakarta EE 8 has no HttpUpgradeHandler and responds with 500."));

  private Deviations() {}

  /** Returns why a difference is accepted, or the empty string if it is not. */
  static String reason(Site site, Scenario scenario, List<String> wrong) {
    return ALL.stream()
        .filter(known -> known.scenarios.contains(scenario.name) && known.where.test(site))
        .filter(known -> wrong.stream().allMatch(one -> Pattern.matches(known.what, one)))
        .map(Deviation::reason)
        .findFirst()
        .orElse("");
  }
}
