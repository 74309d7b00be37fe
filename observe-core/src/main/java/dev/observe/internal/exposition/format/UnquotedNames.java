/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Detects names that are written without quotes, and equally in the two most common escaping
 * schemes.
 */
final class UnquotedNames {
  /** The last labels with plain names; those of the next series are mostly the same. */
  private Labels plain = Labels.EMPTY;

  boolean areIn(Labels labels) {
    if (!sameNames(labels, plain)) {
      for (int i = 0; i < labels.size(); i++) {
        if (!isPlain(labels.getName(i))) {
          return false;
        }
      }
      plain = labels;
    }
    return true;
  }

  /** {@link Labels} has this comparison too, but for it a dot in a name equals an underscore. */
  private static boolean sameNames(Labels some, Labels others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!some.getName(i).equals(others.getName(i))) {
        return false;
      }
    }
    return true;
  }

  /** Also requires a timestamp that is not negative, which the library writes in another way. */
  boolean areIn(@Nullable Exemplar exemplar) {
    return exemplar == null || (exemplar.getTimestampMillis() >= 0 && areIn(exemplar.getLabels()));
  }

  static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
