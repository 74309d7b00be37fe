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
 * A program that diagnoses missing traces: {@code java -cp … dev.observe.Doctor [serviceName]}, run
 * with the application's class path, system properties and environment.
 *
 * <p>Prints each setting with its value and source, secrets hidden, and the result of {@link
 * Tracing#check()}. Exits with 0 if it finds no fault and with 1 otherwise.
 *
 * @since 0.1
 */
public final class Doctor {
  private static final String USAGE =
      """
      Usage: java -cp … dev.observe.Doctor [serviceName]

      Prints each setting with its value and source, and whether the collector can be reached;
      if not, the setting to change.

      Run it with the application's class path, system properties and environment. Settings in
      the code of the application are not visible here.

      Exit code: 0 if no fault was found, 1 otherwise.
      """;

  private Doctor() {}

  /**
   * Runs the program and exits the JVM.
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
      // The message names the fault and its fix; a stack trace would not help.
      out.println("Wrong: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      return 1;
    }
  }

  private static boolean examine(PrintStream out, String serviceName, Settings settings) {
    EndpointOptions endpoint = EndpointOptions.of(settings);
    String host = endpoint.host();
    int port = endpoint.port();
    out.println("Metrics: Observe.initMetrics serves /metrics on " + host + ":" + port + ".");
    printAnnotations(out, host, port);
    TracingBuilder builder = Tracing.builder(serviceName).disableGlobal().disableShutdownHook();
    try (Tracing tracing = builder.start()) {
      CollectorCheck check = tracing.check();
      out.println("Traces: " + check.message());
      return check.isOk();
    }
  }

  private static void printAnnotations(PrintStream out, String host, int port) {
    out.println("  On Kubernetes, a Prometheus that reads annotations requires these on the pod:");
    out.println("    prometheus.io/scrape: \"true\"");
    out.println("    prometheus.io/port: \"" + port + "\"");
    out.println("    prometheus.io/path: \"/metrics\"");
    if (host.startsWith("127.") || host.equals("localhost") || host.equals("::1")) {
      out.println(
          "    and otel.exporter.prometheus.host=0.0.0.0, because "
              + host
              + " is reachable within the pod only.");
    }
  }
}
