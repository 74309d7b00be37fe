/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

/** A group of settings, which is a chapter of docs/settings.md. */
enum Section {
  GENERAL("General"),
  EXPORT("Export of spans"),
  QUEUE("Queue of spans"),
  SAMPLING("Sampling"),
  LIMITS("Limits of a span"),
  ENDPOINT("Metrics endpoint"),
  METRICS("Metrics"),
  HTTP("HTTP requests");

  final String title;

  Section(String title) {
    this.title = title;
  }
}
