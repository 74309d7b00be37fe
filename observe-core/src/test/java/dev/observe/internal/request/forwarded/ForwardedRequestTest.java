/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.observe.internal.request.FakeExchange;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ForwardedRequestTest {
  private final TrustedProxies proxies = TrustedProxiesTest.of("10.0.0.0/8, 2001:db8:a::/48");
  private final FakeExchange exchange = new FakeExchange();

  private ForwardedRequest read() {
    return ForwardedRequest.read(exchange::requestHeaders, proxies);
  }

  private @Nullable String client(String name, String... lines) {
    for (String line : lines) {
      exchange.header(name, line);
    }
    return read().clientAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.43 | 192.0.2.43",
        "For=192.0.2.43 | 192.0.2.43",
        "FOR=\"192.0.2.43\" | 192.0.2.43",
        "for=\"192.0.2.43:47011\" | 192.0.2.43",
        "for=192.0.2.43:47011 | 192.0.2.43",
        "for=\"192.0.2.43:_port\" | 192.0.2.43",
        "for=\"[2001:db8:cafe::17]:4711\" | 2001:db8:cafe::17",
        "for=\"[2001:db8:cafe::17]\" | 2001:db8:cafe::17",
        "for=2001:db8:cafe::17 | 2001:db8:cafe::17",
        "for=\"\\[2001:db8\\:cafe::17]\" | 2001:db8:cafe::17",
        "for=192.0.2.43;proto=http;by=203.0.113.43 | 192.0.2.43",
        "proto=http ; by=\"a,b;for=6.6.6.6\" ; for = 192.0.2.43 | 192.0.2.43",
        ";;for=192.0.2.43;; | 192.0.2.43",
        "for=192.0.2.43, for=10.0.0.7 | 192.0.2.43",
        "for=6.6.6.6, for=192.0.2.43, for=10.1.1.1, for=\"[2001:db8:a::5]\" | 192.0.2.43",
        ", for=192.0.2.43,, for=10.0.0.7, | 192.0.2.43",
        "for=10.0.0.8, for=10.0.0.7 | 10.0.0.8",
      })
  void P12_forwarded_clientIsRightmostUntrusted(String header, String client) {
    assertThat(client("Forwarded", header)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        ";",
        "for",
        "for=",
        "for=unknown",
        "for=_hidden",
        "for=\"_gazonk\"",
        "for=192.0.2.43, for=unknown",
        "for=192.0.2.43, for=_hidden, for=10.0.0.7",
        "for=192.0.2.43, proto=https",
        "for=<script>alert(1)</script>",
        "for=\"<script>alert(1)</script>\"",
        "for=\"192.0.2.43",
        "for=\"192.0.2.43\"x",
        "for=\"192.0.2.43\\\"",
        "for=192.0.2.43\"",
        "for=\"[2001:db8:cafe::17\"",
        "for=\"[192.0.2.43]\"",
        "for=\"[2001\"",
        "for=\"[::1]x\"",
        "for=\"[::1]:99999999\"",
        "for=\"[fe80::1%25eth0]\"",
        "for=192.0.2.43:99999999",
        "for=192.0.2.43:0",
        "for=192.0.2.43:",
        "for=192.0.2.256",
        "for=localhost",
        "192.0.2.43",
        "by=192.0.2.43",
        "xfor=192.0.2.43",
        "by=\"unclosed;for=192.0.2.43"
      })
  void P12_forwarded_noAddress_isAbsent(String header) {
    assertThat(client("Forwarded", header)).isNull();
  }

  @Test
  void forwarded_severalLines_areOneList() {
    assertThat(client("Forwarded", "for=6.6.6.6", "for=192.0.2.43, for=10.0.0.1", "for=10.0.0.2"))
        .isEqualTo("192.0.2.43");
  }

  /** The client's line must not hide the proxy's line. */
  @Test
  void forwarded_unclosedQuoteOnEarlierLine_doesNotAffectNextLine() {
    assertThat(client("Forwarded", "for=\"6.6.6.6", "for=192.0.2.43")).isEqualTo("192.0.2.43");
  }

  @Test
  void forwarded_unclosedQuote_restOfLineIsOneElement() {
    assertThat(client("Forwarded", "for=6.6.6.6, for=\"10.0.0.1, for=10.0.0.2", "for=10.0.0.3"))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.43 | 192.0.2.43",
        "192.0.2.43:1234 | 192.0.2.43",
        "2001:db8:cafe::17 | 2001:db8:cafe::17",
        "[2001:db8:cafe::17] | 2001:db8:cafe::17",
        "[2001:db8:cafe::17]:80 | 2001:db8:cafe::17",
        "::ffff:192.0.2.43, ::ffff:10.0.0.1 | ::ffff:192.0.2.43",
        "6.6.6.6, 192.0.2.43, 10.0.0.1 | 192.0.2.43",
        "10.0.0.9, 10.0.0.1 | 10.0.0.9",
        "\", 192.0.2.43 | 192.0.2.43"
      })
  void P12_forwardedFor_clientIsRightmostUntrusted(String header, String client) {
    assertThat(client("X-Forwarded-For", header)).isEqualTo(client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "<script>alert(1)</script>",
        "192.0.2.43, unknown",
        "192.0.2.43, <script>, 10.0.0.1",
        "192.0.2.43\u0000x",
        "192.0.2.43 192.0.2.44",
        "\"192.0.2.43\"",
        "javascript:alert(1)"
      })
  void P12_forwardedFor_noAddress_isAbsent(String header) {
    assertThat(client("X-Forwarded-For", header)).isNull();
  }

  @Test
  void read_forwardedAndOthers_forwardedHasPrecedence() {
    exchange
        .header("Forwarded", "for=192.0.2.1;proto=https;host=\"a.example:8443\"")
        .header("X-Forwarded-For", "192.0.2.2")
        .header("X-Forwarded-Proto", "http")
        .header("X-Forwarded-Host", "b.example:81")
        .header("X-Forwarded-Port", "82");

    assertThat(read())
        .isEqualTo(
            new ForwardedRequest(
                "192.0.2.1", "https", HostPort.parse("a.example:8443"), /* port= */ null));
  }

  @Test
  void read_missingInForwarded_isReadFromOthers() {
    exchange
        .header("Forwarded", "for=_hidden;proto=javascript;host=\"<script>\"")
        .header("X-Forwarded-For", "192.0.2.2")
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-Host", "b.example:81")
        .header("X-Forwarded-Port", "82");

    assertThat(read())
        .isEqualTo(new ForwardedRequest("192.0.2.2", "https", HostPort.parse("b.example:81"), 82L));
  }

  @Test
  void forwarded_schemeAndHost_areOfOutermostTrustedProxy() {
    exchange.header(
        "Forwarded",
        "for=6.6.6.6;proto=http;host=evil.example, for=192.0.2.1,"
            + " for=10.0.0.1;proto=HTTPS;host=shop.example, for=10.0.0.2;proto=http;host=app");

    assertThat(read())
        .isEqualTo(
            new ForwardedRequest("192.0.2.1", "https", HostPort.parse("shop.example"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // One proxy that appends: the client wrote the first.
        "192.0.2.1 | https, http | http",
        // One that sets.
        "192.0.2.1 | https | https",
        // Two that append.
        "192.0.2.1, 10.0.0.1 | https, http | https",
        "6.6.6.6, 192.0.2.1, 10.0.0.1 | ftp, https, http | https",
        // Two, of which only one sends the scheme.
        "192.0.2.1, 10.0.0.1 | https | https",
        "192.0.2.1 | HTTPS | https",
        "192.0.2.1 | javascript: | -",
        "192.0.2.1 | <script> | -",
        "192.0.2.1 | https://x | -",
        "192.0.2.1 | wss | -",
        "unknown | https | https"
      })
  void P12_forwardedProto_isOfClientsHop(
      String addresses, String schemes, @Nullable String scheme) {
    exchange.header("X-Forwarded-For", addresses).header("X-Forwarded-Proto", schemes);

    assertThat(read().scheme()).isEqualTo(scheme);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "443 | 443",
        "1 | 1",
        "65535 | 65535",
        "0 | -",
        "65536 | -",
        "99999999 | -",
        "-1 | -",
        "8_0 | -",
        "80; | -",
        "١٢ | -"
      })
  void P12_forwardedPort_isFrom1To65535(String header, @Nullable Long port) {
    exchange.header("X-Forwarded-Port", header);

    assertThat(read().port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>",
        "a b",
        "[2001",
        "[::::]",
        "[g::1]",
        "a:99999999",
        "a\u0000b",
        "é",
        ":80"
      })
  void P12_host_invalid_isAbsent(String host) {
    exchange.header("X-Forwarded-Host", host).header("Forwarded", "host=\"" + host + "\"");

    assertThat(read().host()).isNull();
  }

  @Test
  void forwardedHost_ipv6_isWithoutBrackets() {
    exchange.header("Forwarded", "host=\"[2001:db8::1]:8080\"");

    assertThat(read().host())
        .extracting(HostPort::address, HostPort::port)
        .containsExactly("2001:db8::1", 8080L);
  }

  @Test
  void P12_tooLong_isIgnored() {
    String padding = "x=\"" + "y".repeat(65_536) + "\",";
    exchange
        .header("Forwarded", padding + "for=192.0.2.1;proto=https;host=a")
        .header("X-Forwarded-For", "1.1.1.1, ".repeat(8_000) + "192.0.2.1")
        .header("X-Forwarded-Proto", "https,".repeat(10_000) + "https")
        .header("X-Forwarded-Host", "a".repeat(65_536))
        .header("X-Forwarded-Port", "8".repeat(65_536));

    assertThat(read()).isEqualTo(new ForwardedRequest(null, null, null, null));
  }

  @Test
  void read_moreThanFourKibibytesInAllLines_isIgnored() {
    String half = "1".repeat(2_047);
    exchange
        .header("X-Forwarded-For", half)
        .header("X-Forwarded-For", " ".repeat(2_039) + "192.0.2.1");
    assertThat(read().clientAddress()).isEqualTo("192.0.2.1");

    exchange.header("X-Forwarded-For", "");
    assertThat(read().clientAddress()).isNull();
  }

  @Test
  void read_moreThan32Hops_readsLast32() {
    assertThat(client("X-Forwarded-For", "192.0.2.1" + ", 10.0.0.1".repeat(31)))
        .isEqualTo("192.0.2.1");
    assertThat(client("X-Forwarded-For", "10.0.0.1")).isEqualTo("10.0.0.1");
  }

  private static final List<List<String>> VALID =
      List.of(
          List.of("Forwarded", "for=192.0.2.1;proto=https;host=a.example:8080, for=10.0.0.1"),
          List.of("Forwarded", "for=\"[2001:db8::1]:80\";host=\"[::1]\";proto=http"),
          List.of("X-Forwarded-For", "192.0.2.1, 2001:db8::1, ::ffff:10.0.0.1"),
          List.of("X-Forwarded-Proto", "https, http"),
          List.of("X-Forwarded-Host", "a.example:8080"),
          List.of("X-Forwarded-Host", "[2001:db8::1]:8080"),
          List.of("X-Forwarded-Port", "443"));

  private static final List<String> PIECES =
      List.of(
          "for=",
          "proto=",
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
          "%",
          "::",
          "1",
          "255",
          ".",
          "192.0.2.1",
          "10.0.0.1",
          "javascript:",
          "<script>",
          "unknown",
          "_hidden",
          "99999999",
          "\u0000",
          "\r\n",
          "é",
          "\ud800",
          "/",
          "\u2028",
          "\uff11");

  @Test
  void P12_anyText_neverThrowsAndIsValidOrAbsent() throws Exception {
    Random random = new Random(42);
    int readable = 0;
    for (int i = 0; i < 100_000; i++) {
      FakeExchange request = new FakeExchange();
      for (int lines = random.nextInt(4); lines >= 0; lines--) {
        List<String> valid = VALID.get(random.nextInt(VALID.size()));
        request.header(valid.get(0), spoilt(valid.get(1), random));
      }
      ForwardedRequest read = ForwardedRequest.read(request::requestHeaders, proxies);
      assertValid(read);
      readable +=
          read.clientAddress() == null && read.host() == null && read.scheme() == null ? 0 : 1;
    }

    // A test in which all or none are valid tests nothing.
    assertThat(readable).isBetween(20_000, 90_000);
  }

  private static String spoilt(String valid, Random random) {
    StringBuilder text = new StringBuilder(valid);
    for (int changes = random.nextInt(6); changes > 0; changes--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(4));
      text.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  // Plain comparisons: AssertJ's own cost would be most of the time here.
  private static void assertValid(ForwardedRequest read) throws Exception {
    String client = read.clientAddress();
    if (client != null) {
      if (!client.matches("[0-9a-fA-F:.]{2,45}") || InetAddress.getByName(client) == null) {
        throw new AssertionError(read);
      }
    }
    if (read.scheme() != null && !List.of("http", "https").contains(read.scheme())) {
      throw new AssertionError(read);
    }
    HostPort host = read.host();
    if (host != null
        && (host.address() == null || !host.address().matches("[0-9a-zA-Z_.-]+|[0-9a-fA-F:.]+"))) {
      throw new AssertionError(read);
    }
    Long port = read.port() != null || host == null ? read.port() : host.port();
    if (port != null && (port < 1 || port > 65_535)) {
      throw new AssertionError(read);
    }
  }

  @Test
  void P12_randomCharacters_neverThrow() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      char[] characters = new char[random.nextInt(200)];
      for (int j = 0; j < characters.length; j++) {
        characters[j] = (char) random.nextInt(random.nextBoolean() ? 128 : 65_536);
      }
      String text = new String(characters);
      FakeExchange request =
          new FakeExchange().header("Forwarded", text).header("X-Forwarded-For", text);

      assertThatCode(() -> ForwardedRequest.read(request::requestHeaders, proxies))
          .doesNotThrowAnyException();
    }
  }
}
