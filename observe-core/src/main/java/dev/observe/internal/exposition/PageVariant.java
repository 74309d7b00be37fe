/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import java.util.List;

/**
 * The properties of a rendered page. Requests with equal variants may share one rendering.
 *
 * @param names the requested metric names, sorted and without duplicates; empty means all
 */
record PageVariant(PageFormat format, Escaping escaping, boolean gzip, List<String> names) {

  boolean filtered() {
    return !names.isEmpty();
  }
}
