/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.contract.HostileClients;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P9 for a WAR with a context path, which clients spell in many ways. */
class HostileWarIT {
  private static final int REQUESTS = 20_000;
  private static final Pattern ROUTE = Pattern.compile("http_route=\"([^\"]*)\"");

  @TempDir private Path folder;

  @Test
  void P9_contextPathInOtherSpellings_reachesNoLabelAndNoSpanName() throws Exception {
    Map<Integer, Integer> statuses;
    Stream<String> routes;
    List<ReceivedSpan> spans;
    try (CapturedLogs logs = new CapturedLogs();
        OtlpReceiver receiver = OtlpReceiver.start();
        WarServer server = new WarServer(folder.resolve("tomcat"))) {
      Context context =
          server.deploy(
              "/shop",
              new WarFolder(folder.resolve("shop"))
                  .servlet(HelloServlet.class, "/products")
                  .servlet(MetricsServlet.class, "/metrics")
                  .param(WarIT.ENDPOINT, receiver.endpoint())
                  .param(WarIT.PORT, 0)
                  .write());
      statuses = HostileClients.attackShop(server.port(), REQUESTS, 12);
      routes =
          ROUTE
              .matcher(server.get("/shop/metrics").body())
              .results()
              .map((MatchResult label) -> label.group(1));
      server.undeploy(context);
      spans = receiver.spans();
      assertThat(logs.warnings()).hasSizeLessThan(10);
    }

    assertThat(statuses).containsKeys(200, 400, 404);
    assertThat(routes.distinct()).contains("/shop/products").isSubsetOf("/shop/products", "");
    assertThat(spans).hasSizeGreaterThan(REQUESTS / 10);
    assertThat(spans.stream().map(ReceivedSpan::name).distinct())
        .allMatch(name -> name.matches("(HTTP|[A-Z]+)( /shop/products)?"));
  }
}
