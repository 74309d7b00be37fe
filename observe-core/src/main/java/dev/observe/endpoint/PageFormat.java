/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

/** The three formats of the page. */
enum PageFormat {
  TEXT,
  OPENMETRICS,
  PROTOBUF
}
