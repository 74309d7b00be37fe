/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every request is recorded exactly once, with the result that the client received, in each
 * container.
 *
 * <p>The client is a raw socket. {@link Deviations} lists the accepted differences with reasons.
 */
@Tag("container")
class ContractIT {
  private static final ContractTable TABLE = new ContractTable();

  @TestFactory
  Stream<DynamicContainer> request_anyScenario_isRecordedOnceAsTheClientSawIt() {
    return ContainerKind.available().stream().map(this::container);
  }

  @AfterAll
  static void write() throws IOException {
    TABLE.write();
  }

  private DynamicContainer container(ContainerKind container) {
    List<Scenario> scenarios = Scenarios.all();
    Map<String, Session> unobserved = new HashMap<>();
    Stream<DynamicContainer> sites =
        sites(container, scenarios).map(site -> site(site, scenarios, unobserved));
    return DynamicContainer.dynamicContainer(
        container.title(),
        Stream.concat(Stream.of(reference(container, scenarios, unobserved)), sites));
  }

  private static Stream<Site> sites(ContainerKind container, List<Scenario> scenarios) {
    Site metrics = new Site(container, Site.Mapping.ALL, FilterSet.METRICS, scenarios);
    if (!container.isPlayedInFull()) {
      return Stream.of(
          new Site(container, Site.Mapping.REQUEST, FilterSet.LISTENER, scenarios), metrics);
    }
    return Stream.concat(
        Stream.of(FilterSet.ALONE, FilterSet.LISTENER, FilterSet.PAIR, FilterSet.TWICE)
            .flatMap(
                set ->
                    Stream.of(Site.Mapping.values())
                        .map(mapping -> new Site(container, mapping, set, scenarios))),
        Stream.of(
            metrics, new Site(container, Site.Mapping.REQUEST, FilterSet.SERVLET, scenarios)));
  }

  /** Plays all scenarios without observe, for comparison. */
  private static DynamicTest reference(
      ContainerKind container, List<Scenario> scenarios, Map<String, Session> unobserved) {
    return DynamicTest.dynamicTest(
        "not observed",
        () -> {
          try (Site site = new Site(container, Site.Mapping.REQUEST, FilterSet.NONE, scenarios)) {
            for (Scenario scenario : scenarios) {
              try {
                unobserved.put(scenario.name, site.play(scenario));
              } catch (SocketTimeoutException e) {
                // Without a session: the comparison reports it.
              }
            }
          }
        });
  }

  private static DynamicContainer site(
      Site site, List<Scenario> scenarios, Map<String, Session> unobserved) {
    Stream<DynamicTest> tests =
        scenarios.stream()
            .map(
                scenario ->
                    DynamicTest.dynamicTest(
                        scenario.name, () -> judge(site, scenario, unobserved)));
    Stream<DynamicTest> end =
        Stream.of(
            DynamicTest.dynamicTest("no late span", () -> assertThat(site.lateSpans()).isZero()));
    return DynamicContainer.dynamicContainer(
        site.title(), Stream.concat(tests, end).onClose(site::close));
  }

  private static void judge(Site site, Scenario scenario, Map<String, Session> unobserved)
      throws Exception {
    List<String> wrong = new ArrayList<>();
    try {
      wrong.addAll(site.judge(scenario, unobserved.get(scenario.name)));
    } catch (SocketTimeoutException e) {
      wrong.add("the client received no response");
    }
    String accepted = wrong.isEmpty() ? "" : Deviations.reason(site, scenario, wrong);
    TABLE.add(site, scenario, wrong, accepted);
    if (accepted.isEmpty()) {
      assertThat(wrong).isEmpty();
    }
  }
}
