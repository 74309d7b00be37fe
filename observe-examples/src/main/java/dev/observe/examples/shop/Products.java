/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** What the shop sells. */
final class Products {
  static final List<String> NAMES = List.of("apple", "bread", "cheese");

  private Products() {}

  /** The product a path such as {@code /stock/apple} ends with, empty if it has none. */
  static String nameIn(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null ? "" : path.substring(1);
  }
}
