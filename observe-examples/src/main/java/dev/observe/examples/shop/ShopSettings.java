/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

/**
 * The settings of the shop, set with {@code -D} on the command line.
 *
 * @param requests how many requests the visitors make before the program ends; 0 for no limit
 */
record ShopSettings(
    int shopPort,
    int stockPort,
    int shopMetricsPort,
    int stockMetricsPort,
    int requestsPerSecond,
    int requests) {

  static final String SHOP_PORT = "shop.port";
  static final String STOCK_PORT = "stock.port";
  static final String SHOP_METRICS_PORT = "shop.metrics.port";
  static final String STOCK_METRICS_PORT = "stock.metrics.port";
  static final String RATE = "shop.rate";
  static final String REQUESTS = "shop.requests";
  private static final int MAX_PORT = 65_535;

  static ShopSettings fromSystemProperties() {
    return new ShopSettings(
        number(SHOP_PORT, 8080, 0, MAX_PORT),
        number(STOCK_PORT, 8081, 0, MAX_PORT),
        number(SHOP_METRICS_PORT, 2112, 0, MAX_PORT),
        number(STOCK_METRICS_PORT, 2113, 0, MAX_PORT),
        number(RATE, 5, 1, 1_000),
        number(REQUESTS, 0, 0, Integer.MAX_VALUE));
  }

  private static int number(String property, int standard, int min, int max) {
    String value = System.getProperty(property, "").strip();
    if (value.isEmpty()) {
      return standard;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers that are out of range.
    }
    throw new IllegalArgumentException(
        "%s must be a number from %d to %d, was %s".formatted(property, min, max, value));
  }
}
