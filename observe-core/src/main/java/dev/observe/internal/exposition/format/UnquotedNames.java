/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Whether names are such that they are written as they are, without quotes, and the same whether
 * dots in names are allowed or underscores asked for.
 */
final class UnquotedNames {
  /** The last labels whose names were plain: those of the next series are mostly the same. */
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

  /** Labels can say so themselves, but to them a dot in a name is an underscore. */
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

  /** Also asks for a time that is written as one expects. */
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
