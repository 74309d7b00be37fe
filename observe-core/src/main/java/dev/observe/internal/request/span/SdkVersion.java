/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of the OpenTelemetry SDK that this process runs. */
final class SdkVersion {
  /** The versions, without patch, whose span the tests compare with {@link RequestSpan}. */
  static final String TESTED = "1.63";

  private static final String UNKNOWN = "unknown";

  private SdkVersion() {}

  /**
   * Returns the version of the jar that holds the SDK's span, or {@code unknown}.
   *
   * <p>A file beside the classes stays readable when the jar is shaded or on the module path, where
   * the manifest's version is lost.
   */
  static String current() {
    try (InputStream file = SdkTracerProvider.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (file != null) {
        properties.load(file);
      }
      return properties.getProperty("sdk.version", UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  static boolean isTested(String version) {
    return version.startsWith(TESTED + '.');
  }
}
