/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.forwarded.ForwardedRequest;
import dev.observe.internal.request.forwarded.HostPort;
import dev.observe.internal.request.forwarded.IpLiteral;
import dev.observe.internal.request.forwarded.TrustedProxies;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any text in a request: no exception is thrown, and the recorded values keep their promises. */
class RequestTextFuzzTest {
  private static final String CANARY = "c4n4ry";
  private static final TrustedProxies PROXIES =
      Objects.requireNonNull(
          TrustedProxies.from(Settings.of(Map.of(Setting.TRUSTED_PROXIES.name(), "10.0.0.0/8"))));
  private static final Redaction REDACTION = Redaction.from(Settings.of(Map.of()));
  private static final OpenTelemetrySdk SDK =
      OpenTelemetrySdk.builder()
          .setTracerProvider(SdkTracerProvider.builder().build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
          .build();
  private static final ServerTelemetry TRACES =
      ServerTelemetry.ofTraces(SDK, Settings.of(Map.of()));

  /** Syntax of the parsers among any characters, sometimes repeated many times. */
  private static Arbitrary<String> text(String... pieces) {
    Arbitrary<String> piece =
        Arbitraries.oneOf(Arbitraries.of(pieces), Arbitraries.strings().ofMaxLength(3));
    Arbitrary<String> many =
        piece.flatMap(one -> Arbitraries.integers().between(1, 3_000).map(one::repeat));
    return Arbitraries.frequencyOf(
        Tuple.of(19, piece.list().ofMaxSize(24).map(all -> String.join("", all))),
        Tuple.of(1, many));
  }

  @Provide
  Arbitrary<String> anything() {
    return text(
        "\r",
        "\n",
        "\u0000",
        "\u007f",
        "\u0085",
        "\u2028",
        "\ud83d",
        "\ude00",
        "😀",
        "\"",
        "\\",
        "a=1",
        "}",
        "{",
        " 1\n",
        "x".repeat(127),
        "y".repeat(1_023));
  }

  @Provide
  Arbitrary<String> urls() {
    return text(
        "&",
        ";",
        "=",
        "/",
        "?",
        "%",
        "%3d",
        "%zz",
        "+",
        "sig",
        "SIG",
        "token",
        "to%6ben",
        "code",
        "X-Amz-Signature",
        "password=",
        "a=b",
        "a&");
  }

  @Provide
  Arbitrary<String> forwarded() {
    return text(
        "for=",
        "proto=",
        "host=",
        "by=",
        "\"",
        "\\",
        ";",
        ",",
        " ",
        "\t",
        "=",
        ":",
        "[",
        "]",
        "::",
        "1",
        "255",
        ".",
        "192.0.2.1",
        "10.0.0.1",
        "[2001:db8::1]",
        "https",
        "a.example",
        "unknown",
        "_hidden",
        "99999999",
        "443",
        "%",
        "<script>");
  }

  @Provide
  Arbitrary<String> traces() {
    return text(
        "00-",
        "ff-",
        "0af7651916cd43dd8448eb211c80319c",
        "b7ad6b7169203331",
        "-01",
        "-00",
        "-",
        "0",
        "a=b",
        ",",
        "=",
        ";",
        "k@v=",
        "%",
        "%20",
        "00-0af7651916cd43dd8448eb211c80319c-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "user=7",
        ";p=1");
  }

  @Property
  void P10_text_isCutCleanAndIdempotent(@ForAll("anything") String text) {
    check(SafeText.label(text), 128, text);
    check(SafeText.attribute(text), 1_024, text);
    assertThat(SafeText.label(SafeText.label(text))).isEqualTo(SafeText.label(text));
  }

  private static void check(String cleaned, int max, String text) {
    assertThat(cleaned.length()).isBetween(Math.min(max - 1, text.length()), max);
    assertThat(cleaned.codePoints())
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || c == 0x2028
                    || c == 0x2029
                    || (c >= 0xd800 && c <= 0xdfff));
  }

  @Property
  void P13_redaction_neverThrowsAndIsIdempotent(@ForAll("urls") String text) {
    String query = REDACTION.query(text);
    String path = REDACTION.path(text);

    assertThat(REDACTION.query(query)).isEqualTo(query);
    assertThat(REDACTION.path(path)).isEqualTo(path);
  }

  @Property
  void P13_redaction_secretAfterAnyText_isRedacted(
      @ForAll("urls") String before, @ForAll("secretKeys") String key) {
    assertThat(REDACTION.query(before + "&" + key + "=" + CANARY)).doesNotContain(CANARY);
    assertThat(REDACTION.query(key + "=" + CANARY + "&" + before)).doesNotContain(CANARY);
    assertThat(REDACTION.path(before + "/a;v=" + CANARY)).doesNotContain(CANARY);
  }

  /** The keys in any case, and any of their characters encoded. */
  @Provide
  Arbitrary<String> secretKeys() {
    return Arbitraries.of(Redaction.DEFAULT_KEYS)
        .flatMap(
            key ->
                Arbitraries.integers()
                    .between(0, 2)
                    .list()
                    .ofSize(key.length())
                    .map(ways -> written(key, ways)));
  }

  private static String written(String key, List<Integer> ways) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      switch (ways.get(i)) {
        case 0 -> text.append(c);
        case 1 -> text.append(Character.toUpperCase(c));
        default -> text.append('%').append(Integer.toHexString(c));
      }
    }
    return text.toString();
  }

  @Property
  void P12_forwarded_isValidOrAbsent(
      @ForAll("forwarded") String standard,
      @ForAll("forwarded") String nodes,
      @ForAll("forwarded") String other) {
    FakeExchange exchange = new FakeExchange();
    exchange.header("Forwarded", standard).header("Forwarded", other);
    exchange.header("X-Forwarded-For", nodes).header("X-Forwarded-For", other);
    exchange.header("X-Forwarded-Proto", other).header("X-Forwarded-Port", nodes);
    exchange.header("X-Forwarded-Host", nodes);

    ForwardedRequest read = ForwardedRequest.read(exchange::requestHeaders, PROXIES);

    String client = read.clientAddress();
    assertThat(client == null || IpLiteral.isAddress(client, 0, client.length())).isTrue();
    assertThat(read.scheme()).isIn(null, "http", "https");
    assertThat(read.port()).matches(port -> port == null || (port > 0 && port < 65_536));
    HostPort host = read.host();
    if (host != null) {
      assertThat(host.address()).matches("[0-9A-Za-z._-]{1,260}|[0-9A-Fa-f:.]+");
      assertThat(host.port()).matches(port -> port == null || (port > 0 && port < 65_536));
    }
  }

  @Property
  void P11_traceHeaders_giveValidContextOrNone(
      @ForAll("traces") String traceparent,
      @ForAll("traces") String tracestate,
      @ForAll("traces") String baggage) {
    FakeExchange exchange = new FakeExchange();
    exchange.header("traceparent", traceparent).header("tracestate", tracestate);
    exchange.header("baggage", baggage).header("baggage", tracestate);

    exchange.start(TRACES);
    Context context = exchange.context();
    exchange.finish(200);

    // Without a context an exception was caught.
    SpanContext span = Span.fromContext(Objects.requireNonNull(context)).getSpanContext();
    assertThat(span.isValid()).isTrue();
    int stateLength =
        span.getTraceState().asMap().entrySet().stream()
            .mapToInt(entry -> entry.getKey().length() + entry.getValue().length() + 2)
            .sum();
    assertThat(stateLength).isLessThanOrEqualTo(513);
    Baggage read = Baggage.fromContext(context);
    assertThat(read.size()).isLessThanOrEqualTo(64);
    int baggageLength =
        read.asMap().entrySet().stream()
            .mapToInt(entry -> entry.getKey().length() + entry.getValue().getValue().length())
            .sum();
    assertThat(baggageLength).isLessThanOrEqualTo(8_192);
  }
}
