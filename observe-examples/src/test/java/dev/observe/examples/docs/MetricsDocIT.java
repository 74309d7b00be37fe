/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.RequestMeasurement;
import dev.observe.Tracing;
import dev.observe.client.ObservedHttpClient;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.PushReceiver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;

/** docs/metrics.md lists exactly the metrics and labels of a page. */
class MetricsDocIT {
  private static final Path DOC = Path.of("../docs/metrics.md");
  private static final String BEGIN = "<!-- begin: written by MetricsDocIT -->\n";
  private static final String HEAD = "| metric | type | labels | what it is |\n|---|---|---|---|\n";
  private static final String END = "<!-- end -->";
  private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? .*$");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"(?:[^\"\\\\]|\\\\.)*\"");

  private record Family(String type, String help, Set<String> labels) {}

  @Test
  void doc_page_listsTheSameMetrics() throws Exception {
    List<String> live = rows(livePage());
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    if (Boolean.getBoolean("docs.write")) {
      doc =
          doc.substring(0, begin) + HEAD + String.join("", live) + doc.substring(doc.indexOf(END));
      Files.writeString(DOC, doc);
    }

    List<String> documented =
        doc.substring(begin + HEAD.length(), doc.indexOf(END)).lines().map(r -> r + "\n").toList();
    assertThat(documented)
        .as("run with -Ddocs.write=true to update the table")
        .containsAll(live)
        // Other JVMs and systems have further metrics, each of them documented.
        .filteredOn(row -> !isPlatforms(row))
        .containsExactlyElementsOf(live.stream().filter(row -> !isPlatforms(row)).toList());
  }

  /**
   * Returns a page on which every metric has a value: a request served, a call made, a span sent.
   */
  private static String livePage() throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    try (OtlpReceiver receiver = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("docs").endpoint(receiver.endpoint()).disableGlobal().start();
        PushReceiver pushes = PushReceiver.start();
        Metrics metrics =
            Metrics.builder("docs").port(0).pushgateway(pushes.url()).disableGlobal().start()) {
      Context app = tomcat.addContext("", null);
      app.addServletContainerInitializer(
          (types, context) ->
              ObserveFilter.builder(tracing, metrics)
                  .measure(RequestMeasurement.values())
                  .build()
                  .addTo(context),
          Set.of());
      Tomcat.addServlet(app, "failing", new Failing()).addMapping("/failing");
      tomcat.getConnector().setPort(0);
      tomcat.start();
      HttpClient client = ObservedHttpClient.wrap(HttpClient.newHttpClient(), tracing, metrics);
      URI uri = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/failing");
      client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
      metrics.addReadinessCheck("database", Duration.ofSeconds(5), () -> {});
      // Some JVM metrics exist only after a garbage collection.
      System.gc();
      HttpRequest scrape = HttpRequest.newBuilder(metrics.uri()).build();
      return await()
          .until(
              () -> client.send(scrape, BodyHandlers.ofString()).body(),
              page ->
                  page.contains("\njvm_gc_duration_seconds_count{")
                      && page.contains("\nobserve_health_check_up{"));
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static List<String> rows(String page) {
    Map<String, Family> families = new TreeMap<>();
    Map<String, String> helps = new TreeMap<>();
    String current = "";
    for (String line : page.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        helps.put(words[2], words[3]);
      } else if (line.startsWith("# TYPE ")) {
        current = words[2];
        families.put(
            current, new Family(words[3], helps.getOrDefault(current, ""), new TreeSet<>()));
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        addLabels(families.get(current).labels(), sample.group(2));
      }
    }
    return families.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList();
  }

  private static void addLabels(Set<String> labels, String text) {
    Matcher label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      // The labels le and quantile belong to the type.
      if (!label.group(1).equals("le") && !label.group(1).equals("quantile")) {
        labels.add(label.group(1));
      }
    }
  }

  private static boolean isPlatforms(String row) {
    return row.matches("[|] `(jvm|process|system)_.*");
  }

  private static String row(String name, Family family) {
    String labels =
        family.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
    return "| `" + name + "` | " + family.type() + " | " + labels + " | " + family.help() + " |\n";
  }

  /** Answers 500, so that every label has a value. */
  private static final class Failing extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(500);
    }
  }
}
