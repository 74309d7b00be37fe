/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static dev.observe.internal.check.CollectorProbeTest.assertFound;
import static dev.observe.internal.check.CollectorProbeTest.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.otlp.ScriptedServer;
import dev.observe.internal.otlp.TestKeys;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS failures, each with its finding and message. */
class CollectorProbeTlsTest {
  private static final String ENDPOINT =
      "otel.exporter.otlp.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT)";
  private static final String CERTIFICATE = "otel.exporter.otlp.certificate";
  private static final String CLIENT_SETTINGS =
      "otel.exporter.otlp.client.certificate (OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE) and"
          + " otel.exporter.otlp.client.key (OTEL_EXPORTER_OTLP_CLIENT_KEY)";

  @TempDir private static Path directory;
  private static TestKeys keys;
  private static String authority;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestKeys.make(directory);
    authority = keys.certificatePem("authority").toString();
  }

  private static ScriptedServer collector(String alias, boolean clientCertificate)
      throws Exception {
    return ScriptedServer.http(keys.serverSockets(alias, clientCertificate), "200 OK", "");
  }

  @Test
  void check_trustedCertificate_isOk() throws Exception {
    try (ScriptedServer server = collector("good", false)) {
      assertFound(
          check("https://" + server.authority(), CERTIFICATE, authority),
          Finding.OK,
          "https://"
              + server.authority()
              + "/v1/traces accepts spans: the answer to a request without spans is 200.");
    }
  }

  @Test
  void check_unknownAuthority_certificateNotTrusted() throws Exception {
    try (ScriptedServer server = collector("good", false)) {
      assertFound(
          check("https://" + server.authority()),
          Finding.CERTIFICATE_NOT_TRUSTED,
          "The certificate of "
              + server.authority()
              + " is not signed by an authority that the JVM trusts. Set"
              + " otel.exporter.otlp.certificate (OTEL_EXPORTER_OTLP_CERTIFICATE) to a PEM file with"
              + " the certificate of the authority.");
      assertFound(
          check(
              "https://" + server.authority(),
              CERTIFICATE,
              keys.certificatePem("elsewhere").toString()),
          Finding.CERTIFICATE_NOT_TRUSTED,
          "The certificate of "
              + server.authority()
              + " is not signed by an authority in the file that otel.exporter.otlp.certificate"
              + " (OTEL_EXPORTER_OTLP_CERTIFICATE) names. Set it to a PEM file with the"
              + " certificate of the authority.");
    }
  }

  @Test
  void check_certificateOfAnotherHost_sendsNoHeaders() throws Exception {
    List<String> heads = new CopyOnWriteArrayList<>();
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("elsewhere", false),
            socket -> heads.add(ScriptedServer.readHead(socket)))) {
      assertFound(
          check(
              "https://" + server.authority(),
              CERTIFICATE,
              authority,
              "otel.exporter.otlp.headers",
              "authorization=s3cret"),
          Finding.CERTIFICATE_WRONG_HOST,
          "The certificate of "
              + server.authority()
              + " is not for 127.0.0.1 but for collector.test, 192.0.2.1. Set the host in "
              + ENDPOINT
              + " to a host of the certificate.");
    }
    assertThat(heads).noneMatch(head -> head.contains("s3cret"));
  }

  @Test
  void check_expiredCertificate_certificateExpired() throws Exception {
    try (ScriptedServer server = collector("expired", false)) {
      assertFound(
          check("https://" + server.authority(), CERTIFICATE, authority),
          Finding.CERTIFICATE_EXPIRED,
          "The certificate of "
              + server.authority()
              + ", or its authority's, is not valid at this time. Renew it at the collector,"
              + " correct this machine's clock, or set "
              + ENDPOINT
              + " to another collector.");
    }
  }

  @Test
  void check_missingOrExpiredClientCertificate_clientCertificateRefused() throws Exception {
    try (ScriptedServer server = collector("good", true)) {
      CollectorCheck missing = check("https://" + server.authority(), CERTIFICATE, authority);

      assertThat(missing.finding()).isEqualTo(Finding.CLIENT_CERTIFICATE_REFUSED);
      assertThat(missing.message())
          .matches(
              Pattern.quote(server.authority() + " requires a client certificate (")
                  + "(bad_certificate|certificate_required)"
                  + Pattern.quote("). Set " + CLIENT_SETTINGS + " to PEM files that it accepts."));

      // The server may refuse before the client has sent its request; its alert must not be lost.
      for (int i = 0; i < 10; i++) {
        CollectorCheck expired = checkAs("expired", server);
        assertThat(expired.finding())
            .as(expired.message())
            .isEqualTo(Finding.CLIENT_CERTIFICATE_REFUSED);
        assertThat(expired.message())
            .startsWith(server.authority() + " refuses our client certificate (")
            .endsWith("). Correct " + CLIENT_SETTINGS + ".");
      }

      assertThat(checkAs("good", server).finding()).isEqualTo(Finding.OK);
    }
  }

  private static CollectorCheck checkAs(String alias, ScriptedServer server) throws Exception {
    return check(
        "https://" + server.authority(),
        CERTIFICATE,
        authority,
        "otel.exporter.otlp.client.certificate",
        keys.certificatePem(alias).toString(),
        "otel.exporter.otlp.client.key",
        keys.keyPem(alias).toString());
  }

  @Test
  void check_clearTextToTlsPort_tlsExpected() throws Exception {
    try (ScriptedServer server = collector("good", false)) {
      assertTlsExpected(server);
    }
  }

  /** Go's server, nginx and Tomcat answer 400 in clear text. */
  @Test
  void check_clearTextAnswerOfTlsPort_tlsExpected() throws Exception {
    SSLSocketFactory tls = keys.context("good").getSocketFactory();
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              int first = socket.getInputStream().read();
              if (first == 'P') {
                ScriptedServer.readHead(socket);
                ScriptedServer.reply(socket, "400 Bad Request", "");
              } else {
                InputStream read = new ByteArrayInputStream(new byte[] {(byte) first});
                ScriptedServer.readHead(tls.createSocket(socket, read, true));
              }
            })) {
      assertTlsExpected(server);
    }
  }

  private static void assertTlsExpected(ScriptedServer server) {
    assertFound(
        check("http://" + server.authority()),
        Finding.TLS_EXPECTED,
        server.authority()
            + " expects TLS, and the endpoint begins with http://. Set "
            + ENDPOINT
            + " to https://"
            + server.authority()
            + ".");
  }

  @Test
  void check_tlsToClearTextPort_sendsNoHeaders() {
    List<String> heads = new CopyOnWriteArrayList<>();
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              String head = ScriptedServer.readHead(socket);
              heads.add(head);
              ScriptedServer.reply(socket, "400 Bad Request", "");
            })) {
      assertFound(
          CollectorProbeTest.probe(
                  Map.of(
                      "otel.exporter.otlp.endpoint",
                      "https://" + server.authority(),
                      "otel.exporter.otlp.headers",
                      "authorization=s3cret"))
              .check(Duration.ofSeconds(4)),
          Finding.TLS_NOT_EXPECTED,
          server.authority()
              + " does not use TLS, and the endpoint begins with https://. Set "
              + ENDPOINT
              + " to http://"
              + server.authority()
              + ".");
    }
    assertThat(heads)
        .anyMatch(head -> head.startsWith("POST "))
        .noneMatch(h -> h.contains("s3cret"));
  }

  @Test
  void check_tlsToGrpcPortWithoutTls() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::grpc)) {
      assertThat(check("https://" + server.authority()).finding()).isEqualTo(Finding.GRPC_PORT);
      assertThat(
              check("https://" + server.authority(), "otel.exporter.otlp.protocol", "grpc")
                  .finding())
          .isEqualTo(Finding.TLS_NOT_EXPECTED);
    }
  }

  @Test
  void check_tlsToGrpcPortWithTls() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("good", false),
            socket -> {
              offer((SSLSocket) socket, "h2");
              ScriptedServer.grpc(socket);
            })) {
      assertThat(check("https://" + server.authority(), CERTIFICATE, authority).finding())
          .isEqualTo(Finding.GRPC_PORT);
      assertThat(checkGrpc(server).finding()).isEqualTo(Finding.OK);
    }
  }

  @Test
  void check_grpcToHttpPortWithTls_httpPort() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("good", false),
            socket -> {
              offer((SSLSocket) socket, "http/1.1");
              ScriptedServer.readHead(socket);
            })) {
      assertThat(checkGrpc(server).finding()).isEqualTo(Finding.HTTP_PORT);
    }
  }

  private static CollectorCheck checkGrpc(ScriptedServer server) {
    return check(
        "https://" + server.authority(),
        CERTIFICATE,
        authority,
        "otel.exporter.otlp.protocol",
        "grpc");
  }

  private static void offer(SSLSocket socket, String protocol) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
  }

  @Test
  void check_connectionClosedInTlsHandshake_tlsFailed() {
    try (ScriptedServer server = ScriptedServer.start(socket -> {})) {
      CollectorCheck check = check("https://" + server.authority());

      assertThat(check.finding()).isEqualTo(Finding.TLS_FAILED);
      assertThat(check.message())
          .startsWith("The TLS connection to " + server.authority() + " failed (")
          .endsWith("). Correct " + ENDPOINT + ", or the collector's TLS settings.");
    }
  }
}
