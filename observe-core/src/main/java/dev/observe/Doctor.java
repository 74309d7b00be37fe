/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.EffectiveSettings;
import dev.observe.internal.config.Settings;
import dev.observe.internal.server.EndpointOptions;
import dev.observe.internal.start.SdkFactory;
import dev.observe.internal.versions.Library;
import java.io.PrintStream;
import java.util.Map;

/**
 * A program that finds out why no traces arrive: {@code java -cp … dev.observe.Doctor
 * [serviceName]}, run with the application's class path, system properties and environment.
 *
 * <p>Prints each setting with its source and without secrets, the versions of OpenTelemetry and the
 * Prometheus client with the tested range, then the result of {@link Tracing#check()}. The exit
 * code is 0 if all checks pass, else 1.
 *
 * @since 0.1
 */
public final class Doctor {
  private static final String USAGE =
      """
      Usage: java -cp … dev.observe.Doctor [serviceName]

      Prints the effective settings with their sources, the versions of the libraries, then whether
      the collector in the settings can be reached, and if not, which setting to change.

      Run it with the application's class path, system properties and environment. It does not see
      the options that the application sets in its code.

      Exit code: 0 if all checks pass, else 1.
      """;

  private Doctor() {}

  /**
   * Runs the program and exits the JVM.
   *
   * @param args the service name, or {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(System.out, args));
  }

  static int run(PrintStream out, String... args) {
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      out.print(USAGE);
      return 0;
    }
    if (args.length > 1 || (args.length == 1 && (args[0].isBlank() || args[0].startsWith("-")))) {
      out.print(USAGE);
      return 1;
    }
    String serviceName = args.length == 0 ? "doctor" : args[0];
    try {
      Settings settings =
          args.length == 0 ? Settings.of(Map.of()) : SdkFactory.settings(serviceName, Map.of());
      out.println("Settings:");
      EffectiveSettings.lines(settings).forEach(line -> out.println("  " + line));
      out.println();
      out.println("Libraries:");
      for (Library library : Library.values()) {
        out.println("  " + library.describe());
      }
      out.println();
      return examine(out, serviceName, settings) ? 0 : 1;
    } catch (RuntimeException | LinkageError e) {
      // The message names the setting; a stack trace would not help.
      out.println("Error: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return 1;
    }
  }

  private static boolean examine(PrintStream out, String serviceName, Settings settings) {
    EndpointOptions endpoint = EndpointOptions.of(settings);
    String host = endpoint.host();
    int port = endpoint.port();
    out.println(
        "Metrics: " + host + ":" + port + " is the address of /metrics with Observe.initMetrics.");
    annotations(out, host, port);
    TracingBuilder builder = Tracing.builder(serviceName).disableGlobal().disableShutdownHook();
    try (Tracing tracing = builder.start()) {
      CollectorCheck check = tracing.check();
      out.println("Traces: " + check.message());
      return check.isOk();
    }
  }

  private static void annotations(PrintStream out, String host, int port) {
    out.println("  On Kubernetes, a Prometheus that uses annotations needs these on the pod:");
    out.println("    prometheus.io/scrape: \"true\"");
    out.println("    prometheus.io/port: \"" + port + "\"");
    out.println("    prometheus.io/path: \"/metrics\"");
    if (host.startsWith("127.") || host.equals("localhost") || host.equals("::1")) {
      out.println(
          "    and otel.exporter.prometheus.host=0.0.0.0, because "
              + host
              + " is reachable only from inside the pod.");
    }
  }
}
