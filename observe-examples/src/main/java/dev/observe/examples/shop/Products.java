/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** The products of the shop. */
final class Products {
  static final List<String> NAMES = List.of("apple", "bread", "cheese");

  private Products() {}

  /**
   * Returns the product at the end of a path such as {@code /stock/apple}; empty if there is none.
   */
  static String nameIn(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null ? "" : path.substring(1);
  }
}
