/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.examples.support.Sample;

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

  static ShopSettings fromSystemProperties() {
    return new ShopSettings(
        Sample.port(SHOP_PORT, 8080),
        Sample.port(STOCK_PORT, 8081),
        Sample.port(SHOP_METRICS_PORT, 2112),
        Sample.port(STOCK_METRICS_PORT, 2113),
        Sample.number(RATE, 5, 1, 1_000),
        Sample.number(REQUESTS, 0, 0, Integer.MAX_VALUE));
  }
}
