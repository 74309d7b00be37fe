/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Where a container leaves no way to the truth: what is then recorded, and why. */
final class Deviations {
  private record Deviation(
      List<String> scenarios, Predicate<Site> where, String what, String reason) {}

  private static final List<Deviation> ALL =
      List.of(
          new Deviation(
              List.of(
                  "error page that changes the status to 200",
                  "error page for an exception changes the status to 503"),
              site -> site.container.isJetty() || !site.hearsOfTheEnd(),
              "the client saw \\d+, recorded is \\d+",
              "The error page is called when the filters were left for good. Tomcat and Undertow"
                  + " tell a ServletRequestListener of the end after that, so it is right where"
                  + " ours is registered; Jetty tells it before."),
          new Deviation(
              List.of("exception after sendError 404"),
              site -> !site.container.isJetty() && !site.hearsOfTheEnd(),
              "the client saw 500, recorded is 404",
              "After sendError a response calls itself committed, yet Tomcat and Undertow answer an"
                  + " exception with 500 all the same, and Jetty with 404. It is right where our"
                  + " ServletRequestListener is registered."),
          new Deviation(
              List.of("exception in a WriteListener after commit"),
              site -> site.container == ContainerKind.TOMCAT,
              "the client saw 200, recorded is 500",
              "Tomcat sets the status to 500 after 200 was sent, and tells of the error after that;"
                  + " whether 200 or an error page was sent cannot be seen. error.type is right."),
          new Deviation(
              List.of(
                  "exception after startAsync",
                  "exception after startAsync, an error page changes the status to 503",
                  "exception after startAsync and commit",
                  "async dispatch, then startAsync, then exception"),
              site -> site.container.isJetty(),
              "(?s)the response is not the same.*",
              "Jetty lets the request run into its timeout unless there is an AsyncListener, anybody's."
                  + " Ours makes it answer the exception at once. What is recorded is right."));

  private Deviations() {}

  /** Returns why this is accepted, or the empty string where it is not. */
  static String reason(Site site, Scenario scenario, List<String> wrong) {
    return ALL.stream()
        .filter(known -> known.scenarios.contains(scenario.name) && known.where.test(site))
        .filter(known -> wrong.stream().allMatch(one -> Pattern.matches(known.what, one)))
        .map(Deviation::reason)
        .findFirst()
        .orElse("");
  }
}
