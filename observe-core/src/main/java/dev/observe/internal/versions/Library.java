/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.versions;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Properties;

/** A library whose version the application decides, often through Spring Boot. */
public enum Library {
  OPENTELEMETRY(
      "OpenTelemetry",
      "opentelemetry.version",
      "io/opentelemetry/sdk/trace/version.properties",
      "sdk.version",
      "1.49.0",
      "1.63.0",
      "1.68.0"),
  PROMETHEUS(
      "Prometheus client",
      "prometheus-client.version",
      "META-INF/maven/io.prometheus/prometheus-metrics-model/pom.properties",
      "version",
      "1.3.10",
      "1.5.0",
      "1.10.0");

  /** The version of a jar that was repackaged without the file that names it. */
  static final String UNKNOWN = "unknown";

  private final String title;
  private final String property;
  private final String oldest;
  private final String recommended;
  private final String newest;
  private final String found;

  Library(
      String title,
      String property,
      String file,
      String key,
      String oldest,
      String recommended,
      String newest) {
    this.title = title;
    this.property = property;
    this.oldest = oldest;
    this.recommended = recommended;
    this.newest = newest;
    this.found = read(file, key);
  }

  static String read(String file, String key) {
    // A file stays readable when the jar is repackaged or on the module path, unlike a manifest.
    ClassLoader loader = Library.class.getClassLoader();
    try (InputStream in = loader == null ? null : loader.getResourceAsStream(file)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty(key, UNKNOWN);
    } catch (IOException | IllegalArgumentException e) {
      return UNKNOWN;
    }
  }

  /** Returns the version on the class path, or {@code unknown}. */
  public String found() {
    return found;
  }

  /** Returns the version that observe is built with. */
  public String recommended() {
    return recommended;
  }

  /** Returns the oldest version that the tests cover. */
  String oldest() {
    return oldest;
  }

  /** Returns the newest version that the tests cover. */
  String newest() {
    return newest;
  }

  /** Returns whether the version on the class path is older than every tested one. */
  boolean isTooOld() {
    return !found.equals(UNKNOWN) && !isAtLeast(found, oldest);
  }

  /** Returns the version on the class path with the tested range. */
  public String describe() {
    return title + " " + found + " (tested: " + oldest + " to " + newest + ")";
  }

  /** Returns the name with the version on the class path. */
  String nameAndVersion() {
    return title + " " + found;
  }

  String title() {
    return title;
  }

  /** Returns the line of a pom.xml that sets the recommended version. */
  String line() {
    return "<" + property + ">" + recommended + "</" + property + ">";
  }

  /** Compares numbers, such as 1.10.0 with 1.9; a version without numbers is at least none. */
  static boolean isAtLeast(String version, String minimum) {
    int[] numbers = numbers(version);
    return numbers.length > 0 && Arrays.compare(numbers, numbers(minimum)) >= 0;
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("-", 2)[0].split("\\.", 4);
    int[] numbers = new int[Math.min(parts.length, 3)];
    int found = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (parts[i].matches("[0-9]{1,6}")) {
        numbers[found++] = Integer.parseInt(parts[i]);
      }
    }
    return Arrays.copyOf(numbers, found);
  }
}
