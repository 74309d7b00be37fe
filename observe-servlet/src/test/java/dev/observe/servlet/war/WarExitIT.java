/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Observe;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.apache.catalina.LifecycleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exit of a JVM, at which the hook of the container and those of the handles run at once. */
class WarExitIT {
  private static final String SERVED = "served";

  @TempDir private Path folder;

  /** Deploys a WAR with its own jars, sends a request, and waits for a signal. */
  public static final class Container {
    private Container() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      WarServer server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "container"));
      server.deploy(
          "/shop",
          new WarFolder(folder.resolve("shop"))
              .servlet(HelloServlet.class, "/hello")
              .withJars(Observe.class, ObserveFilter.class)
              .write());
      if (server.get("/shop/hello").statusCode() == 200) {
        System.out.println(SERVED);
      }
      Thread.currentThread().join();
    }

    private static void close(WarServer server) {
      try {
        server.close();
      } catch (LifecycleException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Logs until the JVM has ended, as the log manager of Tomcat does. */
  public static final class LogsOfExit extends LogManager {
    public LogsOfExit() {}

    @Override
    public void reset() {}
  }

  @Test
  void sigterm_containerAndHandlesClose_deliversTheSpanAndLogsNothingTwice() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(
                List.of(
                    "-Djava.util.logging.manager=" + LogsOfExit.class.getName(),
                    // As in the start script of Tomcat, so that it can report leaks.
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.io=ALL-UNNAMED",
                    "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED"),
                Container.class,
                Map.of(WarIT.ENDPOINT, receiver.endpoint(), WarIT.PORT, "0"),
                folder.toString())) {
      jvm.awaitOutput(SERVED);

      jvm.interrupt();

      assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(143);
      assertThat(jvm.output())
          .contains("INFO: observe")
          .doesNotContain("io.opentelemetry", "WARNING", "SEVERE");
      assertThat(receiver.spans()).singleElement().matches(s -> s.name().equals("GET /shop/hello"));
    }
  }
}
