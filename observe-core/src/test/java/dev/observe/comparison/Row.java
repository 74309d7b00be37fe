/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

/** What one contender made of one case; texts are as the page shows them. */
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
