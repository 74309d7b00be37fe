/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.pipeline.Receiving;
import dev.observe.benchmarks.server.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A way to observe a server, with its class path and settings. */
enum ServerWay {
  PLAIN("plain", "plain", ""),
  OBSERVE("observe", "observe", "observe"),
  AUTOCONFIGURE_JDK("autoconfigure, JDK's sender", "autoconfigure", "opentelemetry-jdk"),
  AUTOCONFIGURE_OKHTTP("autoconfigure, OkHttp's sender", "autoconfigure", "opentelemetry-okhttp"),
  AGENT("OpenTelemetry's agent", "agent", "");

  private final String title;
  private final String argument;

  /** The user whose jars are on the class path; empty for no jars. */
  private final String user;

  ServerWay(String title, String argument, String user) {
    this.title = title;
    this.argument = argument;
    this.user = user;
  }

  String title() {
    return title;
  }

  /** Starts a server whose spans go to {@code receiver} under the name of this constant. */
  Child start(String container, Users paths, Receiving receiver) throws IOException {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-Dotel.service.name=shop"));
    options.add("-Dotel.exporter.otlp.endpoint=" + receiver.endpoint(name()));
    // The SDK's default is gRPC, which its JDK sender does not support; for the agent and for us
    // this is the default.
    options.add("-Dotel.exporter.otlp.protocol=http/protobuf");
    options.add("-Dotel.logs.exporter=none");
    options.add("-Dotel.exporter.prometheus.port=0");
    if (argument.equals("autoconfigure")) {
      options.add("-Dotel.metrics.exporter=prometheus");
    }
    if (this == AGENT) {
      options.add("-javaagent:" + paths.agent());
    }
    return Child.start(
        options,
        paths.server(container, user.isEmpty() ? List.of() : List.of(user)),
        Server.class,
        container,
        argument);
  }
}
