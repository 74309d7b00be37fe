/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The containers of the contract; the class path of a run has some of them. */
enum ContainerKind {
  TOMCAT {
    @Override
    TestServer start(App app, boolean virtualThreads) {
      return new TomcatServer(app, virtualThreads);
    }

    @Override
    String title() {
      return "Tomcat " + TomcatServer.version();
    }
  },
  JETTY_EE10 {
    @Override
    TestServer start(App app, boolean virtualThreads) {
      return new JettyEe10Server(app, virtualThreads);
    }

    @Override
    String title() {
      return JettyEe10Server.title();
    }
  },
  JETTY_EE11 {
    @Override
    TestServer start(App app, boolean virtualThreads) {
      return new JettyEe11Server(app, virtualThreads);
    }

    @Override
    String title() {
      return "Jetty 12.1 ee11";
    }
  },
  UNDERTOW {
    @Override
    TestServer start(App app, boolean virtualThreads) {
      if (virtualThreads) {
        throw new UnsupportedOperationException("Undertow 2.3 has no virtual threads");
      }
      return new UndertowServer(app);
    }

    @Override
    String title() {
      return UndertowServer.title();
    }
  };

  static {
    QuietLogs.on();
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }

  /** Starts the application, on virtual threads if they are requested and supported. */
  abstract TestServer start(App app, boolean virtualThreads);

  TestServer start(App app) {
    return start(app, false);
  }

  /** Returns the name and the version of the product. */
  abstract String title();

  boolean isTomcat() {
    return this == TOMCAT;
  }

  boolean isJetty() {
    return this == JETTY_EE10 || this == JETTY_EE11;
  }

  /** Returns the containers on the class path of this run. */
  static List<ContainerKind> available() {
    return named(System.getProperty("contract.containers", "TOMCAT,JETTY_EE10,UNDERTOW"));
  }

  /** Returns whether the contract is played on this container with all filter sets. */
  boolean isPlayedInFull() {
    return !named(System.getProperty("contract.sampled", "")).contains(this);
  }

  private static List<ContainerKind> named(String names) {
    return Stream.of(names.split(","))
        .filter(name -> !name.isBlank())
        .map(ContainerKind::valueOf)
        .toList();
  }
}
