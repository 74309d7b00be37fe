/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import dev.observe.internal.versions.Library;

/** The version of the OpenTelemetry SDK that this process runs. */
final class SdkVersion {
  /** The versions, without patch, whose span the tests compare with {@link RequestSpan}. */
  static final String TESTED = "1.63";

  private SdkVersion() {}

  /** Returns the version of the jar that holds the SDK's span, or {@code unknown}. */
  static String current() {
    return Library.OPENTELEMETRY.found();
  }

  static boolean isTested(String version) {
    return version.startsWith(TESTED + '.');
  }
}
