/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;
import java.util.stream.Stream;

/** All of them. */
final class Scenarios {
  private Scenarios() {}

  static List<Scenario> all() {
    return Stream.of(
            SyncScenarios.all(),
            DispatchScenarios.all(),
            AsyncScenarios.all(),
            TimeoutScenarios.all(),
            StreamScenarios.all(),
            ProtocolScenarios.all(),
            Http2Scenarios.all(),
            StreamScenarios.spoilers())
        .flatMap(List::stream)
        .toList();
  }
}
