/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.OtlpReceiver;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar with and the jar without the classifier {@code javax}, each in a WAR. */
@Tag("javax")
class ClassifierIT {
  private final CapturedLogs logs = new CapturedLogs();
  private final OtlpReceiver receiver = OtlpReceiver.start();
  @TempDir private Path folder;
  private WarServer server;
  private int port;

  @BeforeEach
  void startServer() throws Exception {
    port = WarServer.freePort();
    server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
    receiver.close();
    logs.close();
  }

  private Context deploy(Path jar) throws Exception {
    return server.deploy(
        "/shop",
        new WarFolder(folder.resolve("shop"))
            .servlet(HelloServlet.class, "/hello")
            .param(WarIT.ENDPOINT, receiver.endpoint())
            .param(WarIT.PORT, port)
            .withJars(BuiltFiles.unzipWarLibs(folder.resolve("libs"), jar))
            .write());
  }

  @Test
  void deploy_jarForThisServletApi_observes() throws Exception {
    Context context = deploy(BuiltFiles.jar());

    assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
    String page = WarServer.get(port, "/metrics").body();
    server.undeploy(context);

    assertThat(page).containsPattern("\nhttp_server_requests_total\\{.*\"/shop/hello\".*} 1.0\n");
    assertThat(receiver.spans()).singleElement().matches(s -> s.name().equals("GET /shop/hello"));
  }

  /** A container with javax.servlet logs the classifier; one with jakarta.servlet sees no class. */
  @Test
  void deploy_jarForTheOtherServletApi_servesWithoutObservation() throws Exception {
    Context context = deploy(BuiltFiles.JAVAX ? BuiltFiles.jakartaJar() : BuiltFiles.javaxJar());

    assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
    server.undeploy(context);

    assertThat(receiver.spans()).isEmpty();
    // Tomcat 9 also logs that it does not know the version in the other web-fragment.xml.
    assertThat(logs.warnings().stream().filter(line -> !line.contains("version string")))
        .isEqualTo(
            BuiltFiles.JAVAX
                ? List.of(
                    "WARNING Requests are not measured: this container has javax.servlet, and this"
                        + " jar of observe-servlet is for Jakarta EE 9 and later. Replace it by the"
                        + " jar with the classifier 'javax'.")
                : List.of());
  }
}
