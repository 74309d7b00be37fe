/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_33_5.Metrics.MetricFamily;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a page in the protobuf format. */
final class Protobuf {
  private Protobuf() {}

  /** Returns the metric families of a page by name. */
  static Map<String, MetricFamily> families(byte[] page) throws IOException {
    Map<String, MetricFamily> families = new LinkedHashMap<>();
    ByteArrayInputStream in = new ByteArrayInputStream(page);
    while (in.available() > 0) {
      MetricFamily family = MetricFamily.parseDelimitedFrom(in);
      families.put(family.getName(), family);
    }
    return families;
  }
}
