/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.EffectiveSettings;
import dev.observe.internal.config.Settings;
import dev.observe.internal.server.EndpointOptions;
import dev.observe.internal.start.SdkFactory;
import java.io.PrintStream;
import java.util.Map;

/**
 * A program that says why no traces arrive: {@code java -cp … dev.observe.Doctor [serviceName]},
 * run with the application's class path, system properties and environment.
 *
 * <p>Prints each setting with where it comes from, secrets hidden, then what {@link
 * Tracing#check()} finds. Exits with 0 when all is well and with 1 when something is wrong.
 *
 * @since 0.1
 */
public final class Doctor {
  private static final String USAGE =
      """
      Usage: java -cp … dev.observe.Doctor [serviceName]

      Prints the settings in force and where each comes from, then whether the collector that
      they name can be reached, and if not, which setting to change.

      Run it with the application's class path, system properties and environment. What the
      application sets in its code is not seen.

      Exit code: 0 when all is well, 1 when something is wrong.
      """;

  private Doctor() {}

  /**
   * Runs the program, and ends the JVM.
   *
   * @param args the name of the service, or {@code --help}
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
      return examine(out, serviceName, settings) ? 0 : 1;
    } catch (RuntimeException | LinkageError e) {
      // Whoever asks a doctor wants to be told, not to be shown where in our code it was.
      out.println("Wrong: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return 1;
    }
  }

  private static boolean examine(PrintStream out, String serviceName, Settings settings) {
    EndpointOptions endpoint = EndpointOptions.of(settings);
    String host = endpoint.host();
    int port = endpoint.port();
    out.println("Metrics: " + host + ":" + port + " is where Observe.initMetrics serves /metrics.");
    annotations(out, host, port);
    TracingBuilder builder = Tracing.builder(serviceName).disableGlobal().disableShutdownHook();
    try (Tracing tracing = builder.start()) {
      CollectorCheck check = tracing.check();
      out.println("Traces: " + check.message());
      return check.isOk();
    }
  }

  private static void annotations(PrintStream out, String host, int port) {
    out.println("  On Kubernetes, a Prometheus that goes by annotations wants these on the pod:");
    out.println("    prometheus.io/scrape: \"true\"");
    out.println("    prometheus.io/port: \"" + port + "\"");
    out.println("    prometheus.io/path: \"/metrics\"");
    if (host.startsWith("127.") || host.equals("localhost") || host.equals("::1")) {
      out.println(
          "    and otel.exporter.prometheus.host=0.0.0.0, because "
              + host
              + " is reached from within the pod only.");
    }
  }
}
