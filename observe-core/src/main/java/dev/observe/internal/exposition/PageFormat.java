/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

/** The formats of the page. */
enum PageFormat {
  TEXT,
  OPENMETRICS,
  PROTOBUF
}
