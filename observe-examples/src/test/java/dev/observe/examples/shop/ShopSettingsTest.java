/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.examples.testing.SystemProperties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopSettingsTest {
  @Test
  void fromSystemProperties_nothingSet_hasDefaults() {
    assertThat(ShopSettings.fromSystemProperties())
        .isEqualTo(new ShopSettings(8080, 8081, 2112, 2113, 5, 0));
  }

  @Test
  void fromSystemProperties_everythingSet_isRead() {
    try (SystemProperties properties =
        SystemProperties.set(
            Map.of(
                "shop.port", "1",
                "stock.port", "2",
                "shop.metrics.port", "3",
                "stock.metrics.port", "4",
                "shop.rate", "5",
                "shop.requests", "6"))) {
      assertThat(ShopSettings.fromSystemProperties()).isEqualTo(new ShopSettings(1, 2, 3, 4, 5, 6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "-1", "http", "99999999999"})
  void fromSystemProperties_invalidPort_throws(String value) {
    try (SystemProperties properties = SystemProperties.set(Map.of("shop.port", value))) {
      assertThatThrownBy(ShopSettings::fromSystemProperties)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("shop.port must be a number from 0 to 65535, was " + value);
    }
  }
}
