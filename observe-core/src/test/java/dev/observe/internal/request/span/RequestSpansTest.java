/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.FakeExchange;
import dev.observe.internal.request.LogLines;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.testkit.ForkedJvm;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.internal.ExtendedSpanProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations in which the spans of requests are ours, and in which they are the SDK's. */
class RequestSpansTest {
  private final InMemorySpanExporter memory = InMemorySpanExporter.create();

  private TracingBuilder builder() {
    return Tracing.builder("spans")
        .disableGlobal()
        .disableShutdownHook()
        .exporter("none")
        .addSpanProcessor(SimpleSpanProcessor.create(memory));
  }

  private static @Nullable RequestSpans requestSpans(Tracing tracing) {
    return tracing.openTelemetry() instanceof RequestSpans.Owner owner
        ? owner.requestSpans()
        : null;
  }

  private static Span startedSpan(Tracing tracing) {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(ServerTelemetry.ofTraces(tracing.openTelemetry(), Settings.of(Map.of())));
    return Span.fromContext(Objects.requireNonNull(exchange.context()));
  }

  private static void serve(Tracing tracing) {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(ServerTelemetry.ofTraces(tracing.openTelemetry(), Settings.of(Map.of())));
    exchange.finish(200);
  }

  /** Fails the build if a change, such as another SDK version, disables our span by default. */
  @Test
  void requestSpans_defaultsWithThePinnedSdk_areOurs() {
    try (Tracing tracing = Tracing.builder("spans").disableGlobal().disableShutdownHook().start()) {
      assertThat(SdkVersion.isTested(SdkVersion.current())).as(SdkVersion.current()).isTrue();
      assertThat(requestSpans(tracing)).isNotNull();
      assertThat(startedSpan(tracing)).isInstanceOf(RequestSpan.class);
    }
  }

  @Test
  void requestSpans_endedRequest_isOurs() {
    try (Tracing tracing = builder().start()) {
      serve(tracing);

      assertThat(memory.getFinishedSpanItems())
          .singleElement()
          .isInstanceOf(RequestSpan.class)
          .satisfies(span -> assertThat(span.getResource()).asString().contains("spans"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"always_on", "parentbased_traceidratio"})
  void requestSpans_usualSampler_areOurs(String sampler) {
    try (Tracing tracing =
        builder()
            .property("otel.traces.sampler", sampler)
            .property("otel.traces.sampler.arg", "1")
            .start()) {
      serve(tracing);

      assertThat(memory.getFinishedSpanItems()).singleElement().isInstanceOf(RequestSpan.class);
    }
  }

  @Test
  void requestSpans_otherSampler_areTheSdks() {
    try (Tracing tracing =
        builder()
            .property("otel.traces.sampler", "rate_limited")
            .property("otel.traces.sampler.arg", "10")
            .start()) {
      serve(tracing);

      assertThat(memory.getFinishedSpanItems()).singleElement().isNotInstanceOf(RequestSpan.class);
    }
  }

  @Test
  void requestSpans_attributeCountLimit_isApplied() {
    try (Tracing tracing = builder().property("otel.span.attribute.count.limit", "2").start()) {
      serve(tracing);

      assertThat(memory.getFinishedSpanItems())
          .singleElement()
          .isInstanceOf(RequestSpan.class)
          .satisfies(span -> assertThat(span.getAttributes().size()).isEqualTo(2))
          .satisfies(span -> assertThat(span.getTotalAttributeCount()).isGreaterThan(2));
    }
  }

  @Test
  void requestSpans_disabledSdk_areNone() {
    try (Tracing tracing = builder().property("otel.sdk.disabled", "true").start()) {
      serve(tracing);

      assertThat(requestSpans(tracing)).isNull();
      assertThat(memory.getFinishedSpanItems()).isEmpty();
    }
  }

  @Test
  void requestSpans_closed_areNone() {
    Tracing tracing = builder().start();
    tracing.close();

    serve(tracing);

    assertThat(requestSpans(tracing)).isNull();
    assertThat(memory.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void requestSpans_processorOfUnendedSpans_areTheSdks() {
    for (SpanProcessor processor :
        List.of(new AtStart(), new AtEnding(), new StillAtEnding(), new OfFurtherExtension())) {
      InMemorySpanExporter spans = InMemorySpanExporter.create();
      try (Tracing tracing =
          builder()
              .addSpanProcessor(processor)
              .addSpanProcessor(SimpleSpanProcessor.create(spans))
              .start()) {
        serve(tracing);

        assertThat(requestSpans(tracing)).as(processor.getClass().getSimpleName()).isNull();
        assertThat(spans.getFinishedSpanItems())
            .singleElement()
            .satisfies(
                span ->
                    assertThat(span.getAttributes().get(AttributeKey.booleanKey("seen"))).isTrue());
      }
    }
  }

  private static class AtStart implements SpanProcessor {
    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {
      span.setAttribute("seen", true);
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }

  private static class AtEnding extends AtStart implements ExtendedSpanProcessor {
    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnding(ReadWriteSpan span) {
      span.setAttribute("seen", true);
    }

    @Override
    public boolean isOnEndingRequired() {
      return true;
    }
  }

  private static final class StillAtEnding extends AtEnding {}

  private interface FurtherExtension extends ExtendedSpanProcessor {}

  private static final class OfFurtherExtension extends AtStart implements FurtherExtension {
    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnding(ReadWriteSpan span) {
      span.setAttribute("seen", true);
    }

    @Override
    public boolean isOnEndingRequired() {
      return true;
    }
  }

  @Test
  void requestSpans_extensionOnTheClassPath_areTheSdks(@TempDir Path directory) throws Exception {
    writeExtension(directory.resolve("extension.jar"));

    try (ForkedJvm extended = ForkedJvm.startWith(directory, PrintRequestSpans.class, Map.of());
        ForkedJvm plain = ForkedJvm.start(PrintRequestSpans.class, Map.of())) {
      extended.awaitOutput("request spans: false, in use: false");
      plain.awaitOutput("request spans: true, in use: true");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.62.9", "1.64.0", "1.630.0", "2.63.0", "unknown", ""})
  void of_untestedSdk_isNullAndLogged(String version) {
    try (SdkTracerProvider provider = SdkTracerProvider.builder().build();
        LogLines log = LogLines.of(RequestSpans.class)) {
      assertThat(RequestSpans.of(provider, Resource.empty(), List.of(), version)).isNull();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("The version of opentelemetry-sdk-trace is " + version + ":");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.63.0", "1.63.1"})
  void of_testedSdk_isPresent(String version) {
    try (SdkTracerProvider provider = SdkTracerProvider.builder().build()) {
      assertThat(RequestSpans.of(provider, Resource.empty(), List.of(), version)).isNotNull();
    }
  }

  /** A version file that is found first simulates another SDK. */
  @Test
  void requestSpans_otherSdkOnTheClassPath_areTheSdks(@TempDir Path directory) throws Exception {
    Path version = directory.resolve("io/opentelemetry/sdk/trace/version.properties");
    Files.createDirectories(version.getParent());
    Files.writeString(version, "sdk.version=9.9.9");

    try (ForkedJvm other =
        ForkedJvm.start(
            List.of("-Xbootclasspath/a:" + directory), PrintRequestSpans.class, Map.of())) {
      other.awaitOutput("request spans: false, in use: false");
      assertThat(other.output()).contains("opentelemetry-sdk-trace is 9.9.9");
    }
  }

  private static void writeExtension(Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(
          new JarEntry("META-INF/services/" + AutoConfigurationCustomizerProvider.class.getName()));
      out.write(Extension.class.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** An extension of autoconfiguration, which could change the SDK in any way. */
  public static final class Extension implements AutoConfigurationCustomizerProvider {
    /** For the service loader. */
    public Extension() {}

    @Override
    public void customize(AutoConfigurationCustomizer autoConfiguration) {}
  }

  /** Prints whether our span is available, and whether a request gets it. */
  public static final class PrintRequestSpans {
    private PrintRequestSpans() {}

    /** Ignores its arguments. */
    public static void main(String[] args) {
      try (Tracing tracing = Tracing.builder("asking").exporter("none").start()) {
        System.out.println(
            "request spans: "
                + (requestSpans(tracing) != null)
                + ", in use: "
                + (startedSpan(tracing) instanceof RequestSpan));
      }
    }
  }

  @Test
  void span_notSampled_hasValidIdsAndRecordsNothing() {
    try (Tracing tracing = builder().samplingRatio(0).start()) {
      FakeExchange exchange = FakeExchange.get("/", null);
      exchange.start(ServerTelemetry.ofTraces(tracing.openTelemetry(), Settings.of(Map.of())));
      Context context = exchange.context();
      assertThat(context).isNotNull();
      Span span = Span.fromContext(context);

      assertThat(requestSpans(tracing)).isNotNull();
      assertThat(span.isRecording()).isFalse();
      assertThat(span.getSpanContext().isValid()).isTrue();
      assertThat(span.getSpanContext().isSampled()).isFalse();
      exchange.finish(200);
      assertThat(memory.getFinishedSpanItems()).isEmpty();
    }
  }
}
