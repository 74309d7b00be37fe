/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.util.List;

/** The outcome of the suite, for readers. */
final class ContractTable {
  void add(Site site, Scenario scenario, List<String> wrong, String accepted) {}

  void write() {}
}
