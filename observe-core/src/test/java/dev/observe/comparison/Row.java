/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

/** The result of one contender in one case; texts as shown on the page. */
record Row(
    String title,
    Contender.Kind contender,
    long produced,
    long arrived,
    long duplicates,
    String lost,
    String flush,
    String drain,
    String heap) {

  long missing() {
    return produced - arrived;
  }
}
