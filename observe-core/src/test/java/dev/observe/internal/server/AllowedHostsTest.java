/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The text is compared between the applications of one port; requests are in EndpointAccessIT. */
class AllowedHostsTest {
  @Test
  void toString_severalNames_sortedWithoutAddresses() {
    AllowedHosts hosts = AllowedHosts.of("127.0.0.1", true, List.of("Shop.example", "[::1]", "a"));

    assertThat(hosts).hasToString("a,localhost,shop.example");
  }

  @Test
  void toString_anyHost_isStar() {
    assertThat(AllowedHosts.of("localhost", true, List.of("*"))).hasToString("*");
    assertThat(AllowedHosts.of("localhost", false, List.of())).hasToString("*");
  }
}
