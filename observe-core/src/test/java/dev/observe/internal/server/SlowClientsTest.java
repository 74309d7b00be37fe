/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.server.SlowClients.Style;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise P15: among slow clients, a normal scrape is answered within one second. */
class SlowClientsTest {
  private static final int SLOW_CLIENTS = 200;
  private static final int MEBI = 1024 * 1024;

  @ParameterizedTest
  @EnumSource(Style.class)
  void P15_scrape_slowClients_isAnsweredWithinOneSecond(Style style) throws IOException {
    Duration limit = Duration.ofSeconds(2);
    try (MetricsPage page = MetricsPage.create(Content.large(3 * MEBI));
        MetricsEndpoint endpoint = TestEndpoint.of(page).timeLimit(limit).start()) {
      scrapeAmong(List.of(style), endpoint, 3, limit, 5);
    }
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(Style.class)
  void P15_scrape_slowClientsAndDefaultLimits_isAnsweredWithinOneSecond(Style style)
      throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.large(14 * MEBI));
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      scrapeAmong(List.of(style), endpoint, 12, Duration.ofSeconds(10), 20);
    }
  }

  /** A thousand clients, of which the endpoint keeps 256 connections open. */
  @Tag("long")
  @Test
  void P15_scrape_slowClientsOfAllStyles_isAnsweredWithinOneSecond() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.large(14 * MEBI));
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      scrapeAmong(List.of(Style.values()), endpoint, 12, Duration.ofSeconds(10), 20);
    }
  }

  private static void scrapeAmong(
      List<Style> styles, MetricsEndpoint endpoint, int scrapes, Duration limit, int warmUps)
      throws IOException {
    int port = endpoint.uri().getPort();
    for (int warmUp = 0; warmUp < warmUps; warmUp++) {
      Reply.get(port, "/metrics");
    }
    long start = System.nanoTime();
    List<Duration> taken = new ArrayList<>();
    List<SlowClients> clients = new ArrayList<>();
    try {
      for (Style style : styles) {
        clients.add(new SlowClients(style, SLOW_CLIENTS, port));
      }
      for (int i = 0; i < scrapes; i++) {
        Duration due = Duration.ofSeconds(i);
        await().atMost(Duration.ofSeconds(5)).until(() -> since(start).compareTo(due) >= 0);
        long scrapeStart = System.nanoTime();
        Reply reply = Reply.get(port, "/metrics");
        taken.add(Duration.ofNanos(System.nanoTime() - scrapeStart));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().length).isEqualTo(Integer.parseInt(reply.header("content-length")));
      }

      // No client has closed its connection, so the server must have.
      await()
          .atMost(limit.plusSeconds(10))
          .untilAsserted(() -> assertThat(connectionThreads(endpoint)).isEmpty());
    } finally {
      for (SlowClients slow : clients) {
        slow.close();
      }
    }
    assertThat(since(start)).isLessThan(limit.plusSeconds(scrapes + 3L));
    assertThat(taken).allMatch(duration -> duration.compareTo(Duration.ofSeconds(1)) < 0);
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private static List<String> connectionThreads(MetricsEndpoint endpoint) {
    String name = "observe-endpoint-" + endpoint.uri().getPort() + "-connection";
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name::equals)
        .toList();
  }

  @Test
  void P15_slowReaders_manyGroups_holdAtMostTwoPages() throws IOException {
    int size = 8 * MEBI;
    try (MetricsPage page = MetricsPage.create(Content.large(size));
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      int port = endpoint.uri().getPort();
      int pageBytes = Reply.get(port, "/metrics").body().length;
      long before = liveHeapBytes();

      List<SlowClients> groups = new ArrayList<>();
      try {
        // Each group finds the page of the previous group finished, but still being read.
        for (int clients = 0; clients < SLOW_CLIENTS; clients += SLOW_CLIENTS / 5) {
          groups.add(new SlowClients(Style.SLOW_READING, SLOW_CLIENTS / 5, port));
          assertThat(Reply.request(port, "HEAD", "/metrics").status()).isEqualTo(200);
        }
        // No client has closed its connection; the server aborted some for the later pages.
        await()
            .atMost(Duration.ofSeconds(8))
            .until(() -> connectionThreads(endpoint).size() + aborts(port) >= SLOW_CLIENTS);
        assertThat(connectionThreads(endpoint)).isNotEmpty();
        long growth = liveHeapBytes() - before;

        // Besides the pages: threads, sockets and buffers of both peers.
        assertThat(growth).isLessThan(2L * pageBytes + 6 * MEBI);
      } finally {
        for (SlowClients group : groups) {
          group.close();
        }
      }
    }
  }

  private static double aborts(int port) throws IOException {
    String name = "observe_endpoint_cut_connections_total";
    String text = Reply.get(port, "/metrics?name[]=" + name).text();
    return Content.value(text, name + "{reason=\"memory\"}");
  }

  private static long liveHeapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  @Test
  void P15_scrape_moreSilentClientsThanConnections_isAnswered() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      int port = endpoint.uri().getPort();
      List<Socket> silent = new ArrayList<>();
      try {
        for (int i = 0; i < 2 * Connections.MAX; i++) {
          silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }

        Reply reply = Reply.get(port, "/metrics");

        assertThat(reply.status()).isEqualTo(200);
        // Each connection above the limit evicted another one, and so did the scrape.
        assertThat(
                Content.value(
                    reply.text(), "observe_endpoint_cut_connections_total{reason=\"connections\"}"))
            .isEqualTo(Connections.MAX + 1);
        await()
            .atMost(Duration.ofSeconds(5))
            .untilAsserted(
                () -> assertThat(connectionThreads(endpoint)).hasSizeLessThan(Connections.MAX));
      } finally {
        for (Socket socket : silent) {
          socket.close();
        }
      }
    }
  }
}
