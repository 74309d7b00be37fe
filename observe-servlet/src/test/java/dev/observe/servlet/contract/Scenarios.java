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
    return Stream.of(SyncScenarios.all()).flatMap(List::stream).toList();
  }
}
