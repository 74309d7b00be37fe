/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.pipeline.Traffic;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a collector with a self-signed certificate that requires a client certificate. */
@Timeout(60)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;
  private final AtomicInteger requests = new AtomicInteger();
  private KeyStore server;
  private KeyStore client;
  private HttpsServer collector;

  @BeforeEach
  void startCollector() throws Exception {
    server = newKeyStore("localhost");
    client = newKeyStore("client");
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(server, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(onlyTrusting(client.getCertificate("client")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    collector = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    collector.createContext(
        "/v1/traces",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stopCollector() {
    collector.stop(0);
  }

  @Test
  void certificateAndClientKey_inTheSettings_areUsed() throws Exception {
    try (Traffic traffic =
        traffic(
            "otel.exporter.otlp.certificate", certificate(server, "localhost"),
            "otel.exporter.otlp.client.certificate", certificate(client, "client"),
            "otel.exporter.otlp.client.key", key(client, "client"))) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(Duration.ofSeconds(20))).isTrue();
      assertThat(requests).hasValue(1);
    }
  }

  @Test
  void untrustedCertificate_spansWait() {
    try (Traffic traffic = traffic()) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(Duration.ofSeconds(1))).isFalse();
      assertThat(requests).hasValue(0);
      assertThat(traffic.pipeline().stats().waiting()).isEqualTo(10);
    }
  }

  @Test
  void missingCertificateFile_throws() {
    assertThatThrownBy(() -> traffic("otel.exporter.otlp.certificate", "/nowhere.pem"))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("/nowhere.pem");
  }

  private Traffic traffic(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("otel.exporter.otlp.endpoint", "https://localhost:" + collector.getAddress().getPort());
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    SpanExporter exporter = SpanExporters.create(Traffic.config(all)).get(0);
    return new Traffic(SpanPipeline.builder(exporter));
  }

  /** Uses keytool, the only way of the JDK to create certificates. */
  private KeyStore newKeyStore(String name) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private static KeyStore onlyTrusting(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("trusted", certificate);
    return trusted;
  }

  private String certificate(KeyStore store, String name) throws Exception {
    return pem("CERTIFICATE", store.getCertificate(name).getEncoded());
  }

  private String key(KeyStore store, String name) throws Exception {
    return pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
  }

  private String pem(String type, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Path file = Files.createTempFile(directory, "tls", ".pem");
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    return file.toString();
  }
}
