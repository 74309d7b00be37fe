/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page, out of the jar. */
final class LiveFiles {
  private static final String FOLDER = "/dev/observe/live/";
  private static final String NAME =
      "[A-Za-z0-9-]+(/[A-Za-z0-9-]+)?(\\.(esm|min))?\\.(html|js|css)";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8");

  private LiveFiles() {}

  /** Returns a file, or null if the page does not have it. */
  static byte @Nullable [] read(String name) throws IOException {
    if (!name.matches(NAME)) {
      return null;
    }
    try (InputStream in = LiveFiles.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  static String type(String name) {
    return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
  }
}
