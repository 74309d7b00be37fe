/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsoleSpanExporterTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACE_2 = "0af7651916cd43dd8448eb211c80319d";
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong nanos = new AtomicLong();
  private final ConsoleSpanExporter exporter = exporter(false);

  @AfterEach
  void noSpanWaits() {
    String before = printed();
    exporter.flush();

    assertThat(printed()).isEqualTo(before);
  }

  /** One request through two services is one tree. */
  @Test
  void flush_twoServices_printsOneTree() {
    export(span("stock", 3, 2, "POST /stock/{id}", 20, 150, SpanKind.SERVER, remote(200)));
    export(span("shop", 2, 1, "POST", 10, 180, SpanKind.CLIENT, local(200)));
    export(span("shop", 4, 1, "pack", 200, 205, SpanKind.INTERNAL, local(0)));
    export(span("shop", 1, 0, "POST /orders", 0, 1210, SpanKind.SERVER, local(201)));

    flush();

    assertThat(printed())
        .isEqualTo(
            """
            trace 0af7651916cd43dd8448eb211c80319c
              shop    1.21 s  POST /orders (server)  201
              shop    170 ms    POST (client)  200
              stock   130 ms      POST /stock/{id} (server)  200
              shop   5.00 ms    pack  ok

            """);
  }

  @Test
  void flush_errors_areMarked() {
    export(
        error(1, "GET /fail", StatusData.error(), Attributes.of(STATUS, 503L, ERROR_TYPE, "503")),
        error(
            2,
            "charge",
            StatusData.create(StatusCode.ERROR, "card refused"),
            Attributes.of(ERROR_TYPE, "com.example.Refused")));

    flush();

    assertThat(printed())
        .isEqualTo(
            """
            trace 0af7651916cd43dd8448eb211c80319c
              shop  1.00 ms  GET /fail  503 ERROR
              shop  1.00 ms  charge  ERROR com.example.Refused: card refused

            """);
  }

  @Test
  void flush_exceptionEvent_hasTheErrorType() {
    export(
        base("shop", 1, 0, "GET /fail")
            .setStatus(StatusData.error())
            .setEvents(
                List.of(
                    EventData.create(
                        5,
                        "exception",
                        Attributes.of(
                            AttributeKey.stringKey("exception.type"), "java.io.IOException"))))
            .setTotalRecordedEvents(1)
            .build());

    flush();

    assertThat(printed()).contains("GET /fail  ERROR java.io.IOException\n");
  }

  @Test
  void flush_colour_marksErrorsOnly() {
    try (ConsoleSpanExporter coloured = exporter(true)) {
      coloured.export(
          List.of(
              error(1, "bad", StatusData.error(), Attributes.empty()),
              base("shop", 2, 1, "good").build()));
    }

    assertThat(printed())
        .contains("\u001b[1mtrace " + TRACE + "\u001b[0m\n")
        .contains("\u001b[31mbad\u001b[0m  \u001b[31mERROR\u001b[0m\n")
        .contains("  good  ok\n");
  }

  /** Callers can choose paths and messages, and must not be able to forge lines. */
  @Test
  void flush_controlCharacters_areReplaced() {
    export(base("sh\nop", 1, 0, "a\r\ntrace 1\u001b[2J\u202e\u2028" + "x".repeat(1_000)).build());

    flush();

    assertThat(printed().lines()).hasSize(3);
    assertThat(printed()).contains("sh?op", "a??trace 1?[2J??x").doesNotContain("\u001b");
    assertThat(printed().lines()).allMatch(line -> line.length() < 300);
  }

  @Test
  void flush_durations_haveThreeDigits() {
    Map<Long, String> examples =
        Map.of(
            0L, "0.00 µs",
            900L, "0.90 µs",
            42_000L, "42.0 µs",
            999_000L, "999 µs",
            1_000_000L, "1.00 ms",
            12_340_000L, "12.3 ms",
            2_000_000_000L, "2.00 s",
            90_000_000_000L, "90.0 s");

    examples.forEach(
        (nanos, text) -> {
          bytes.reset();
          export(base("shop", 1, 0, "work").setEndEpochNanos(1_000 + nanos).build());
          flush();
          assertThat(printed()).contains(" " + text + "  work");
        });
  }

  @Test
  void export_endedRoot_isPrintedAfterItsWait() {
    export(base("shop", 1, 0, "root").build());
    assertThat(printed()).isEmpty();

    nanos.addAndGet(MILLISECONDS.toNanos(250));

    awaitPrinted("root");
  }

  /** The server span ends before the client span: half of a tree must not be printed alone. */
  @Test
  void export_remotePart_waitsForItsCaller() {
    export(span("stock", 2, 1, "answer", 0, 1, SpanKind.SERVER, remote(0)));
    nanos.addAndGet(MILLISECONDS.toNanos(900));
    export(base("shop", 1, 0, "call").build());
    nanos.addAndGet(MILLISECONDS.toNanos(250));

    awaitPrinted("call");
    assertThat(printed().split("trace ", -1)).hasSize(2);
  }

  @Test
  void export_callerInAnotherProcess_isNamed() {
    export(span("stock", 2, 1, "answer", 0, 1, SpanKind.SERVER, remote(200)));
    nanos.addAndGet(SECONDS.toNanos(1));

    awaitPrinted("answer (server)  200  [called from span 0000000000000001]\n");
  }

  @Test
  void export_unfinishedParent_childrenArePrinted() {
    export(base("shop", 2, 1, "child").build());
    nanos.addAndGet(SECONDS.toNanos(30));

    awaitPrinted("child  ok  [inside unfinished span 0000000000000001]\n");
  }

  @Test
  void export_lateSpans_arePrintedUnderTheSameTrace() {
    export(base("shop", 1, 0, "root").build());
    flush();
    bytes.reset();

    export(base("shop", 2, 1, "late").build());
    flush();

    assertThat(printed()).startsWith("trace " + TRACE + "\n").contains("late");
  }

  @Test
  void export_overLimit_evictsOldestTraceOnly() {
    List<SpanData> unfinished = new ArrayList<>();
    unfinished.add(base("shop", 2, 1, "oldest").build());
    for (int i = 0; i < TraceAssembler.MAX_SPANS - 1; i++) {
      unfinished.add(
          base("shop", 10 + i, 1, "newer").setSpanContext(context(TRACE_2, 10 + i, false)).build());
    }
    exporter.export(unfinished);
    assertThat(printed()).isEmpty();

    exporter.export(List.of(unfinished.get(1)));

    assertThat(printed())
        .startsWith("trace " + TRACE + " (incomplete: more than 1000 spans were waiting)\n")
        .contains("oldest")
        .doesNotContain("newer");
    flush();
  }

  @Test
  void export_cycleOfParents_isPrinted() {
    export(base("shop", 1, 2, "one").build(), base("shop", 2, 1, "two").build());

    flush();

    assertThat(printed()).contains("one", "two");
  }

  /** Services that share the exporter end one after the other. */
  @Test
  void shutdown_laterSpans_arePrinted() {
    export(base("shop", 1, 0, "before").build());
    assertThat(exporter.shutdown().isSuccess()).isTrue();
    assertThat(printed()).contains("before");

    export(base("stock", 2, 0, "after").build());
    assertThat(exporter.shutdown().isSuccess()).isTrue();
    assertThat(printed()).contains("after");
  }

  @Test
  void flush_brokenStream_fails() {
    PrintStream broken =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("closed");
              }
            });
    try (ConsoleSpanExporter toBroken = ConsoleSpanExporter.create(broken, false)) {
      toBroken.export(List.of(base("shop", 1, 0, "lost").build()));

      CompletableResultCode result = toBroken.flush();

      assertThat(result.isSuccess()).isFalse();
    }
  }

  @Test
  void autoconfigure_console_createsExporter() {
    AutoConfiguredOpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(
                () ->
                    Map.of(
                        "otel.traces.exporter", "console",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none"))
            .build();

    assertThat(sdk.getOpenTelemetrySdk().getSdkTracerProvider().toString())
        .contains("ConsoleSpanExporter");
    sdk.getOpenTelemetrySdk().close();
  }

  private ConsoleSpanExporter exporter(boolean colour) {
    return new ConsoleSpanExporter(out, new TraceText(colour, "µs"), nanos::get);
  }

  private void export(SpanData... spans) {
    assertThat(exporter.export(List.of(spans)).isSuccess()).isTrue();
  }

  private void flush() {
    assertThat(exporter.flush().isSuccess()).isTrue();
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void awaitPrinted(String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(printed()).contains(text));
  }

  private record Parent(boolean remote, long httpStatus) {}

  private static Parent remote(long httpStatus) {
    return new Parent(true, httpStatus);
  }

  private static Parent local(long httpStatus) {
    return new Parent(false, httpStatus);
  }

  private static SpanData span(
      String service,
      long id,
      long parentId,
      String name,
      long startMillis,
      long endMillis,
      SpanKind kind,
      Parent parent) {
    return base(service, id, parentId, name)
        .setKind(kind)
        .setParentSpanContext(context(TRACE, parentId, parent.remote()))
        .setAttributes(
            parent.httpStatus() == 0
                ? Attributes.empty()
                : Attributes.of(STATUS, parent.httpStatus()))
        .setStartEpochNanos(MILLISECONDS.toNanos(startMillis))
        .setEndEpochNanos(MILLISECONDS.toNanos(endMillis))
        .build();
  }

  private static SpanData error(long id, String name, StatusData status, Attributes attributes) {
    return base("shop", id, 0, name)
        .setStatus(status)
        .setAttributes(attributes)
        .setEndEpochNanos(1_001_000)
        .build();
  }

  private static TestSpanData.Builder base(String service, long id, long parentId, String name) {
    return TestSpanData.builder()
        .setName(name)
        .setKind(SpanKind.INTERNAL)
        .setSpanContext(context(TRACE, id, false))
        .setParentSpanContext(context(TRACE, parentId, false))
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1_000)
        .setEndEpochNanos(2_000)
        .setHasEnded(true)
        .setResource(
            Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)));
  }

  private static SpanContext context(String traceId, long spanId, boolean remote) {
    if (spanId == 0) {
      return SpanContext.getInvalid();
    }
    String id = String.format("%016x", spanId);
    return remote
        ? SpanContext.createFromRemoteParent(
            traceId, id, TraceFlags.getSampled(), TraceState.getDefault())
        : SpanContext.create(traceId, id, TraceFlags.getSampled(), TraceState.getDefault());
  }
}
