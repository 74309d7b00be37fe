/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.config.Setting;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials and TLS of the endpoint. */
class MetricsEndpointAccessTest {
  private static final Map<String, TestCertificate> CERTIFICATES = new HashMap<>();
  private static final String GET = "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n";

  @TempDir private static Path directory;

  private final MetricsPage page = MetricsPage.create(Content.registry());

  @BeforeAll
  static void makeCertificates() throws Exception {
    for (String algorithm : List.of("RSA", "EC")) {
      Path folder = Files.createDirectory(directory.resolve(algorithm));
      CERTIFICATES.put(algorithm, TestCertificate.make(folder, algorithm));
    }
  }

  private static TestCertificate certificate(String algorithm) {
    return Objects.requireNonNull(CERTIFICATES.get(algorithm));
  }

  @AfterEach
  void closePage() {
    page.close();
  }

  private TestEndpoint endpoint() {
    return TestEndpoint.of(page);
  }

  private static String basic(String userAndPassword) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void basicAuthentication_otherUser_isRejected() throws IOException {
    try (MetricsEndpoint endpoint =
        endpoint().set(Setting.USER.name(), "prom").set(Setting.PASSWORD.name(), "pä:ss").start()) {
      int port = endpoint.uri().getPort();
      Reply refused = Reply.get(port, "/metrics");

      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("www-authenticate"))
          .isEqualTo("Basic realm=\"metrics\", charset=\"UTF-8\"");
      assertThat(refused.body()).isEmpty();
      assertThat(Reply.get(port, "/metrics", basic("prom:pä:ss")).status()).isEqualTo(200);
      for (String wrong :
          List.of(
              basic("prom:"),
              basic("prom:pä:s"),
              basic("prom:pä:sss"),
              basic("other:pä:ss"),
              basic(""),
              "Authorization: Basic ???",
              "Authorization: Basic",
              "Authorization: Bearer cHJvbTpww6Q6c3M=",
              "Authorization:")) {
        assertThat(Reply.get(port, "/metrics", wrong).status()).as(wrong).isEqualTo(401);
      }
    }
  }

  @Test
  void bearerToken_otherToken_isRejected() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().set(Setting.BEARER_TOKEN.name(), "t0ken").start()) {
      int port = endpoint.uri().getPort();

      assertThat(Reply.get(port, "/metrics").header("www-authenticate"))
          .isEqualTo("Bearer realm=\"metrics\"");
      assertThat(Reply.get(port, "/metrics", "authorization: bearer t0ken").status())
          .isEqualTo(200);
      assertThat(Reply.get(port, "/metrics", "Authorization: Bearer t0keN").status())
          .isEqualTo(401);
    }
  }

  @Test
  void credentials_bothKinds_eitherIsAccepted() throws IOException {
    try (MetricsEndpoint endpoint =
        endpoint()
            .set(Setting.BEARER_TOKEN.name(), "t")
            .set(Setting.USER.name(), "u")
            .set(Setting.PASSWORD.name(), "p")
            .start()) {
      int port = endpoint.uri().getPort();

      assertThat(Reply.get(port, "/metrics", "Authorization: Bearer t").status()).isEqualTo(200);
      assertThat(Reply.get(port, "/metrics", basic("u:p")).status()).isEqualTo(200);
      assertThat(Reply.get(port, "/metrics", basic("t")).status()).isEqualTo(401);
    }
  }

  /** A client without credentials must not find out which paths exist. */
  @Test
  void credentials_missing_everyPathIs401() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().set(Setting.BEARER_TOKEN.name(), "t").start()) {
      int port = endpoint.uri().getPort();

      assertThat(Reply.get(port, "/nothing").status()).isEqualTo(401);
      assertThat(Reply.request(port, "POST", "/metrics").status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void tlsPem_servesHttps(String algorithm) throws Exception {
    try (MetricsEndpoint endpoint =
        endpoint()
            .set(Setting.TLS_CERTIFICATE.name(), certificate(algorithm).pem().toString())
            .set(Setting.TLS_KEY.name(), certificate(algorithm).keyPem().toString())
            .start()) {
      assertThat(endpoint.uri().getScheme()).isEqualTo("https");

      Reply reply = getOverTls(endpoint, algorithm);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Content.value(reply.text(), "orders_total")).isEqualTo(3);
    }
  }

  @Test
  void tlsKeyStore_servesHttps() throws Exception {
    try (MetricsEndpoint endpoint =
        endpoint()
            .set(Setting.TLS_KEY_STORE.name(), certificate("EC").keyStore().toString())
            .set(Setting.TLS_KEY_STORE_PASSWORD.name(), certificate("EC").password())
            .start()) {
      assertThat(getOverTls(endpoint, "EC").status()).isEqualTo(200);
      // A client without TLS ends its own connection only.
      assertThatThrownBy(() -> Reply.get(endpoint.uri().getPort(), "/metrics"))
          .isInstanceOf(IOException.class);
      assertThat(getOverTls(endpoint, "EC").status()).isEqualTo(200);
    }
  }

  /** TLS holds locks while it waits for the network: an abort must not wait for them. */
  @Test
  void P15_slowClients_withTls_areAborted() throws Exception {
    try (MetricsPage large = MetricsPage.create(Content.large(4 * 1024 * 1024));
        MetricsEndpoint endpoint =
            TestEndpoint.of(large)
                .set(Setting.TLS_KEY_STORE.name(), certificate("EC").keyStore().toString())
                .set(Setting.TLS_KEY_STORE_PASSWORD.name(), certificate("EC").password())
                .timeLimit(Duration.ofSeconds(1))
                .start();
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort());
        Socket reading = connectTls(endpoint, "EC")) {
      reading.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
      assertThat(reading.getInputStream().read()).isEqualTo('H');
      silent.setSoTimeout(10_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);

      String name = "observe-endpoint-" + endpoint.uri().getPort() + "-connection";
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(Thread.getAllStackTraces().keySet())
                      .noneMatch(thread -> thread.getName().equals(name)));
    }
  }

  private static SSLSocket connectTls(MetricsEndpoint endpoint, String algorithm) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            certificate(algorithm)
                .sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static Reply getOverTls(MetricsEndpoint endpoint, String algorithm) throws Exception {
    try (SSLSocket socket = connectTls(endpoint, algorithm)) {
      socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
      return Reply.read(socket.getInputStream());
    }
  }

  @Test
  void tlsFiles_unusable_areNamedWithTheFix() throws IOException {
    Path pkcs1 =
        Files.writeString(
            directory.resolve("pkcs1.pem"),
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n");
    Path missing = directory.resolve("missing.pem");

    assertThatThrownBy(() -> TlsFiles.pem(certificate("RSA").pem(), pkcs1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "privateKey must be an unencrypted PKCS#8 key (BEGIN PRIVATE KEY), was "
                + pkcs1
                + ", which contains none. Convert it: openssl pkcs8 -topk8 -nocrypt -in "
                + pkcs1
                + " -out key.pem");
    assertThatThrownBy(() -> TlsFiles.pem(certificate("RSA").pem(), certificate("EC").keyPem()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "privateKey must belong to the first certificate of "
                + certificate("RSA").pem()
                + ", was "
                + certificate("EC").keyPem());
    assertThatThrownBy(() -> TlsFiles.pem(missing, certificate("EC").keyPem()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "certificateChain must be a readable PEM file, was "
                + missing
                + ": java.nio.file.NoSuchFileException: "
                + missing);
    assertThatThrownBy(() -> TlsFiles.keyStore(certificate("EC").keyStore(), "wrong"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "keyStore must be a readable PKCS12 or JKS file with this password, was "
                + certificate("EC").keyStore());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "otel.exporter.prometheus.port | 70000 | must be a whole number from 0 to 65535 |"
            + " the default is 2112",
        "otel.exporter.prometheus.host | [::1] | must be a name or an address of this machine,"
            + " without brackets | the default is 127.0.0.1; 0.0.0.0 means all",
        "otel.exporter.prometheus.host | not a host | must be a name or an address of this"
            + " machine, without brackets | the default is 127.0.0.1; 0.0.0.0 means all",
        "otel.exporter.prometheus.host | host.invalid | must be a name or an address of this"
            + " machine, without brackets | the default is 127.0.0.1; 0.0.0.0 means all"
      })
  void options_invalidHostOrPort_nameSettingRuleValueAndFix(
      String setting, String value, String rule, String fix) {
    assertThatThrownBy(() -> endpoint().set(setting, value).options())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(setting + " " + rule + ", was '" + value + "' (from code); " + fix);
  }
}
