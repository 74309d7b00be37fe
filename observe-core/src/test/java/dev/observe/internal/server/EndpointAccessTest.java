/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.testkit.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication and TLS of the metrics endpoint, set by code and by settings. */
class EndpointAccessTest {
  private static final String PASSWORD = "s3cret";

  @TempDir private static Path directory;
  private static TestCertificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(directory);
  }

  private static MetricsBuilder builder() {
    return Metrics.builder("shop").port(0).disableGlobal();
  }

  private static int status(HttpClient client, URI uri, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static int status(URI uri, String... headers) throws IOException, InterruptedException {
    return status(HttpClient.newHttpClient(), uri, headers);
  }

  private static String firstLine(URI uri, String host) throws IOException {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      String request = "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(reply.contains("jvm_")).isEqualTo(reply.startsWith("HTTP/1.1 200"));
      return reply.lines().findFirst().orElse("");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:2112", "shop.localhost", "127.0.0.1:2112", "[::1]:2112"})
  void P20_host_ofThisMachine_isAccepted(String host) throws IOException {
    try (Metrics metrics = builder().start()) {
      assertThat(firstLine(metrics.uri(), host)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  /** DNS rebinding: a page of another site connects to loopback by a name of that site. */
  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:2112", "localhost.evil.example", "1.evil", "", "["})
  void P20_host_foreignOnLoopback_isRejected(String host) throws IOException {
    try (Metrics metrics = builder().start()) {
      assertThat(firstLine(metrics.uri(), host)).startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void P20_host_foreignButAllowedOrAuthenticatedOrNotLoopback_isAccepted() throws Exception {
    try (Metrics named = builder().allowedHosts("metrics.example").start();
        Metrics any = builder().property("observe.metrics.allowed-hosts", "*").start();
        Metrics wide = builder().host("0.0.0.0").start();
        Metrics asking = builder().bearerToken("t0ken").start()) {
      assertThat(firstLine(named.uri(), "Metrics.Example:80")).isEqualTo("HTTP/1.1 200 OK");
      assertThat(firstLine(named.uri(), "other.example")).startsWith("HTTP/1.1 421 ");
      assertThat(firstLine(any.uri(), "other.example")).isEqualTo("HTTP/1.1 200 OK");
      assertThat(firstLine(wide.uri(), "other.example")).isEqualTo("HTTP/1.1 200 OK");
      assertThat(firstLine(asking.uri(), "other.example")).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void allowedHosts_withPort_areRejected() {
    assertThatThrownBy(() -> builder().allowedHosts("metrics.example:80").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("observe.metrics.allowed-hosts must be host names without a port")
        .hasMessageContaining("metrics.example:80");
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void basicAuthentication_otherUser_isRejected() throws Exception {
    try (Metrics metrics = builder().basicAuthentication("prometheus", PASSWORD).start()) {
      assertThat(status(metrics.uri())).isEqualTo(401);
      assertThat(status(metrics.uri(), "Authorization", basic("prometheus:" + PASSWORD)))
          .isEqualTo(200);
    }
  }

  @Test
  void bearerToken_bySystemProperty_overridesTheCode() throws Exception {
    System.setProperty("observe.metrics.bearer-token", "t0ken");
    try (Metrics metrics = builder().bearerToken("other").start()) {
      assertThat(status(metrics.uri(), "Authorization", "Bearer other")).isEqualTo(401);
      assertThat(status(metrics.uri(), "Authorization", "Bearer t0ken")).isEqualTo(200);
    } finally {
      System.clearProperty("observe.metrics.bearer-token");
    }
  }

  @Test
  void tlsPem_servesHttps() throws Exception {
    try (Metrics metrics = builder().tlsPem(certificate.pem(), certificate.keyPem()).start()) {
      assertThat(metrics.uri().getScheme()).isEqualTo("https");
      assertThat(status(certificate.client(), metrics.uri())).isEqualTo(200);
    }
  }

  @Test
  void tlsKeyStore_servesHttps() throws Exception {
    try (Metrics metrics =
        builder().tlsKeyStore(certificate.keyStore(), certificate.password()).start()) {
      assertThat(status(certificate.client(), metrics.uri())).isEqualTo(200);
    }
  }

  @Test
  void P16_start_notLoopback_warnsWithoutAuthenticationAndTls() throws Exception {
    try (CapturedLog log = new CapturedLog(MetricsEndpoint.class)) {
      builder().host("0.0.0.0").basicAuthentication("u", PASSWORD).start().close();
      builder().host("0.0.0.0").bearerToken(PASSWORD).start().close();
      builder().host("0.0.0.0").tlsPem(certificate.pem(), certificate.keyPem()).start().close();
      builder().start().close();
      assertThat(log.lines()).isEmpty();

      builder().host("0.0.0.0").start().close();
      assertThat(log.lines()).singleElement().asString().contains("OBSERVE_METRICS_BEARER_TOKEN");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "observe.metrics.user, prom, 'observe.metrics.user must come with observe.metrics.password,"
        + " was ''prom'' (from code); set both or neither'",
    "observe.metrics.password, s3cret, 'observe.metrics.password must come with"
        + " observe.metrics.user, was ''***'' (from code); set both or neither'",
    "observe.metrics.bearer-token, s3 cret, 'observe.metrics.bearer-token must be letters, digits"
        + " and - . _ ~ + / =, was ''***'' (from code); for example the"
        + " output of: openssl rand -hex 32'",
    "observe.metrics.tls.certificate, c.pem, 'observe.metrics.tls.certificate must come with"
        + " observe.metrics.tls.key, was ''c.pem'' (from code); set both or neither'",
    "observe.metrics.tls.key-store-password, s3cret, 'observe.metrics.tls.key-store-password must"
        + " come with observe.metrics.tls.key-store, was ''***'' (from code); set both or neither'"
  })
  void start_incompleteOrInvalid_namesSettingRuleAndFixButNoSecret(
      String property, String value, String message) {
    assertThatThrownBy(() -> builder().property(property, value).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void start_userWithColon_isRejected() {
    assertThatThrownBy(() -> builder().basicAuthentication("a:b", PASSWORD).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.metrics.user must not contain a colon, was 'a:b' (from code);"
                + " basic authentication ends the user's name with one");
  }

  /** A blank password must not open the endpoint. */
  @Test
  void start_blankPassword_isRejected() {
    assertThatThrownBy(() -> builder().basicAuthentication("prom", " ").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("observe.metrics.user must come with observe.metrics.password");
  }

  @Test
  void start_unusableFiles_areNamedWithSettingAndFix() throws IOException {
    Path missing = directory.resolve("missing.pem");
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");

    assertThatThrownBy(() -> builder().tlsPem(missing, certificate.keyPem()).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.metrics.tls.certificate must be usable for TLS with observe.metrics.tls.key,"
                + " was '"
                + missing
                + "' (from code); certificateChain must be a readable PEM file, was "
                + missing
                + ": java.nio.file.NoSuchFileException: "
                + missing);
    assertThatThrownBy(() -> builder().tlsPem(certificate.pem(), empty).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Convert it: openssl pkcs8 -topk8 -nocrypt -in " + empty);
    assertThatThrownBy(() -> builder().tlsKeyStore(certificate.keyStore(), PASSWORD).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("observe.metrics.tls.key-store must be usable for TLS, was '")
        .hasMessageNotContainingAny(PASSWORD, certificate.password());
    assertThatThrownBy(
            () ->
                builder()
                    .tlsPem(certificate.pem(), certificate.keyPem())
                    .tlsKeyStore(certificate.keyStore(), certificate.password())
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.metrics.tls.key-store must not be set together with observe.metrics.tls.certificate,"
                + " was '"
                + certificate.keyStore()
                + "' (from code); keep one of the two");
  }
}
