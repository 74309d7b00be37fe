/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.snapshots.Labels;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** One container with one filter set in one mapping; checks the records of each scenario. */
final class Site implements AutoCloseable {
  /** The dispatcher types of the filters under test. */
  enum Mapping {
    REQUEST,
    ALL;

    Set<DispatcherType> types() {
      return this == ALL ? EnumSet.allOf(DispatcherType.class) : EnumSet.of(DispatcherType.REQUEST);
    }
  }

  /** Enough for the 64 KB of headers of one scenario, and less than the 300 KB of another. */
  private static final int HEAD_BYTES = 128 * 1024;

  private static final Duration TIMEOUT = Duration.ofSeconds(Long.getLong("contract.timeout", 10));

  final ContainerKind container;
  final Mapping mapping;
  final FilterSet set;
  private final Telemetry telemetry = new Telemetry();
  private final Guard guard = new Guard();
  private final List<Scenario> scenarios;
  private TestServer server;
  private int spansJudged;

  Site(ContainerKind container, Mapping mapping, FilterSet set, List<Scenario> scenarios) {
    this.container = container;
    this.mapping = mapping;
    this.set = set;
    this.scenarios = scenarios;
  }

  String title() {
    return container.title()
        + ", "
        + set.title
        + (set == FilterSet.SERVLET
            ? ""
            : ", " + mapping.name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns whether the listener that is called after the error handling is registered. */
  boolean isCalledAfterErrors() {
    return set == FilterSet.LISTENER || (container.isTomcat() && set != FilterSet.SERVLET);
  }

  /** Returns whether a filter or servlet of observe is called for each dispatch of a request. */
  boolean isCalledAtDispatches() {
    return mapping == Mapping.ALL || set == FilterSet.LISTENER || set == FilterSet.SERVLET;
  }

  private TestServer server() {
    if (server == null) {
      Map<String, Scenario> bySlug =
          scenarios.stream().collect(Collectors.toMap(Scenario::slug, Function.identity()));
      App app =
          App.at("")
              .headBytes(HEAD_BYTES)
              .filter("guard", guard, "/*", EnumSet.allOf(DispatcherType.class));
      set.addTo(app, telemetry, mapping.types());
      app.filter("inner", new InnerFilter(bySlug), "/run/*", EnumSet.of(DispatcherType.REQUEST));
      for (String base : List.of("run", "busy", "gone")) {
        app.servlet(base, set.wrap(new ScenarioServlet(bySlug), telemetry), "/" + base + "/*");
      }
      app.onStart(set::onStart);
      app.servlet("target", set.wrap(new Targets(), telemetry), "/target/*");
      app.statusPage(460, "/target/text").statusPage(461, "/target/ok");
      app.statusPage(462, "/target/routed");
      app.exceptionPage(Failures.Routed.class, "/target/routed");
      app.exceptionPage(Failures.Paged.class, "/target/text");
      app.exceptionPage(Failures.Repaired.class, "/target/unavailable");
      app.exceptionPage(Failures.Hopeless.class, "/target/throws");
      server = container.start(app);
    }
    return server;
  }

  /** Plays a scenario without a check of the records. */
  Session play(Scenario scenario) throws Exception {
    Session session =
        new Session(scenario.path(), server().port(), telemetry, set != FilterSet.NONE);
    scenario.client.talk(session);
    await().atMost(TIMEOUT).until(Async::isIdle);
    return session;
  }

  /**
   * Plays a scenario and returns the faults of its records.
   *
   * @param unobserved the same scenario without observe, or null if the client received no end
   */
  List<String> judge(Scenario scenario, @Nullable Session unobserved) throws Exception {
    server();
    List<String> wrong = new ArrayList<>();
    if (telemetry.spans().size() != spansJudged) {
      wrong.add("the scenario before was recorded again, later");
    }
    telemetry.forgetSpans();
    spansJudged = 0;
    Map<Labels, Telemetry.Point> before = telemetry.durations();
    int arrivedBefore = guard.requests();
    double activeBefore = telemetry.active();

    Session session = play(scenario);

    wrong.addAll(session.faults);
    for (Answer answer : session.answers) {
      if (answer.countsAs() != 0 && !scenario.statuses.contains(answer.countsAs())) {
        wrong.add("the client received " + answer);
      }
    }
    int arrived = guard.requests() - arrivedBefore;
    if (arrived != 0 && arrived != session.answers.size()) {
      wrong.add(arrived + " of " + session.answers.size() + " requests arrived");
    }
    boolean seen = set != FilterSet.SERVLET || scenario.reachesServlet;
    int expected = seen ? arrived : 0;
    try {
      await()
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> isSettled(expected, before, activeBefore));
    } catch (ConditionTimeoutException e) {
      wrong.add(
          "%d requests, but %d spans, %d observations, active %s, quiet %s"
              .formatted(
                  expected,
                  telemetry.spans().size(),
                  Records.count(Records.since(before, telemetry.durations())),
                  telemetry.active(),
                  guard.isQuiet()));
    }
    spansJudged = telemetry.spans().size();
    Records records = new Records(telemetry.spans(), before, telemetry.durations());
    List<Answer> truth = expected == 0 ? List.of() : session.answers;
    wrong.addAll(records.against(scenario, truth, set));
    String leaked = Telemetry.leakedContext();
    if (!leaked.isEmpty()) {
      wrong.add(leaked);
    }
    wrong.addAll(guard.faults());
    guard.faults().clear();
    if (scenario.comparable) {
      wrong.addAll(differences(session, unobserved));
    }
    return wrong;
  }

  /** Requests that an earlier scenario left active are not counted. */
  private boolean isSettled(
      int expected, Map<Labels, Telemetry.Point> before, double activeBefore) {
    return guard.isQuiet()
        && telemetry.active() == activeBefore
        && telemetry.spans().size() >= (set.traces() ? expected : 0)
        && Records.count(Records.since(before, telemetry.durations())) >= expected;
  }

  private static List<String> differences(Session session, @Nullable Session unobserved) {
    if (unobserved == null) {
      return List.of("without observe the client received no end");
    }
    List<String> wrong = new ArrayList<>();
    if (!session.notes.equals(unobserved.notes)) {
      wrong.add("noted was " + session.notes + ", without observe " + unobserved.notes);
    }
    List<Answer> answers = session.answers;
    if (answers.size() != unobserved.answers.size()) {
      wrong.add(answers.size() + " responses, without observe " + unobserved.answers.size());
      return wrong;
    }
    for (int i = 0; i < answers.size(); i++) {
      String here = answers.get(i).comparable();
      String there = unobserved.answers.get(i).comparable();
      if (!here.equals(there)) {
        wrong.add(
            "the response is not the same; observed:\n" + here + "\nwithout observe:\n" + there);
      }
    }
    return wrong;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    telemetry.close();
  }

  /** Returns the number of spans that were recorded after the check of the last scenario. */
  int lateSpans() {
    return telemetry.spans().size() - spansJudged;
  }
}
