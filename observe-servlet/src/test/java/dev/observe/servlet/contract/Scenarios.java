/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios of the contract. */
final class Scenarios {
  private Scenarios() {}

  static List<Scenario> all() {
    return Stream.of(
            SyncScenarios.all(),
            DispatchScenarios.all(),
            RouterScenarios.all(),
            AsyncScenarios.all(),
            TimeoutScenarios.all(),
            StreamScenarios.all(),
            ProtocolScenarios.all(),
            Http2Scenarios.all(),
            StreamScenarios.playedLast())
        .flatMap(List::stream)
        .toList();
  }
}
