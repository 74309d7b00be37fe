/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.versions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Starts a handle, or refuses the versions of the class path with a message that has the fix. */
public final class VersionCheck {
  private VersionCheck() {}

  /**
   * Returns the result of a start.
   *
   * @throws IllegalStateException if a library is too old or lacks what the start uses; the message
   *     has the found and the needed version and the lines to add
   */
  public static <T> T start(Supplier<T> start) {
    List<String> tooOld = new ArrayList<>();
    for (Library library : Library.values()) {
      if (library.isTooOld()) {
        tooOld.add(
            library.title() + " must be " + library.oldest() + " or later, was " + library.found());
      }
    }
    if (!tooOld.isEmpty()) {
      throw new IllegalStateException(String.join("; ", tooOld) + ". " + fix());
    }
    try {
      return start.get();
    } catch (LinkageError e) {
      throw refusal(e);
    }
  }

  static IllegalStateException refusal(LinkageError missing) {
    String needed =
        Arrays.stream(Library.values()).map(Library::describe).collect(Collectors.joining(", "));
    return new IllegalStateException(
        "The libraries on the class path do not fit together: "
            + missing
            + ". Found are "
            + needed
            + ". "
            + fix(),
        missing);
  }

  /** Returns the lines that set the versions. */
  public static String fix() {
    Library openTelemetry = Library.OPENTELEMETRY;
    Library prometheus = Library.PROMETHEUS;
    return "With Spring Boot's parent, add to the properties of the pom.xml: "
        + openTelemetry.line()
        + " "
        + prometheus.line()
        + "; without it, import io.opentelemetry:opentelemetry-bom:"
        + openTelemetry.recommended()
        + " and io.prometheus:prometheus-metrics-bom:"
        + prometheus.recommended()
        + " before other BOMs in its dependencyManagement.";
  }
}
