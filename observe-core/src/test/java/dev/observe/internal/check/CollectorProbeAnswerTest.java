/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static dev.observe.internal.check.CollectorProbeTest.assertFound;
import static dev.observe.internal.check.CollectorProbeTest.check;
import static dev.observe.internal.check.CollectorProbeTest.probe;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.otlp.ScriptedServer;
import dev.observe.testkit.OtlpReceiver;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of endpoints without TLS, each with its finding and message. */
class CollectorProbeAnswerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String ENDPOINT =
      "otel.exporter.otlp.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT)";
  private static final String TRACES_ENDPOINT =
      "otel.exporter.otlp.traces.endpoint (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)";
  private static final String PROTOCOL =
      "otel.exporter.otlp.protocol (OTEL_EXPORTER_OTLP_PROTOCOL)";

  @Test
  void check_collector_isOkAndCreatesNoSpan() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      CollectorCheck check =
          check(
              receiver.endpoint(),
              "otel.exporter.otlp.headers",
              "authorization=Bearer%20abc,x-tenant=shop",
              "otel.exporter.otlp.compression",
              "gzip");

      assertFound(
          check,
          Finding.OK,
          receiver.endpoint()
              + "/v1/traces accepts spans: the answer to a request without spans is 200.");
      assertThat(receiver.spans()).isEmpty();
      assertThat(receiver.requests())
          .singleElement()
          .satisfies(
              headers ->
                  assertThat(headers)
                      .containsEntry("authorization", List.of("Bearer abc"))
                      .containsEntry("x-tenant", List.of("shop")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK|",
        "202 Accepted|",
        "200 OK:Content-Type: application/json|{}",
        "200 OK:Content-Type: application/json|{\"partialSuccess\":{}}",
        "200 OK:Content-Type: application/x-protobuf|\n\2ab"
      })
  void check_answersOfCollectors_areOk(String head, String body) {
    String given = body == null ? "" : body.replace("\\n", "\n").replace("\\2", "\2");
    try (ScriptedServer server = ScriptedServer.http(head.replaceFirst(":", "\r\n"), given)) {
      assertThat(check("http://" + server.authority()).finding()).isEqualTo(Finding.OK);
    }
  }

  @Test
  void check_interimAndChunkedResponse_isOk() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              ScriptedServer.readHead(socket);
              OutputStream out = socket.getOutputStream();
              out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
              out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(US_ASCII));
              out.write("2\r\n{}\r\n0\r\n\r\n".getBytes(US_ASCII));
              ScriptedServer.silent(socket);
            })) {
      assertThat(check("http://" + server.authority()).finding()).isEqualTo(Finding.OK);
    }
  }

  /** Some servers send SETTINGS at once, others only after the preface of HTTP/2. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void check_httpToGrpcPort_grpcPort(boolean settingsAtOnce) {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              if (settingsAtOnce) {
                ScriptedServer.grpc(socket);
              } else if (ScriptedServer.readHead(socket).startsWith("PRI ")) {
                socket.getOutputStream().write(ScriptedServer.settingsFrame());
              }
            })) {
      assertFound(
          check("http://" + server.authority()),
          Finding.GRPC_PORT,
          server.authority()
              + " is a gRPC port, and "
              + PROTOCOL
              + " is http/protobuf. Set "
              + ENDPOINT
              + " to the collector's HTTP port, 4318 by default.");
    }
  }

  @Test
  void check_grpcToGrpcPort_isOk() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::grpc)) {
      assertFound(
          check("http://" + server.authority(), "otel.exporter.otlp.protocol", "grpc"),
          Finding.OK,
          "http://"
              + server.authority()
              + " accepts HTTP/2, which gRPC requires. No gRPC request was sent, so the headers are"
              + " not checked.");
    }
  }

  @Test
  void check_grpcToHttpPort_httpPort() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      assertFound(
          check(receiver.endpoint(), "otel.exporter.otlp.protocol", "grpc"),
          Finding.HTTP_PORT,
          receiver.endpoint().substring("http://".length())
              + " is an HTTP/1.1 port, and "
              + PROTOCOL
              + " is grpc. Set "
              + PROTOCOL
              + " to http/protobuf, or "
              + ENDPOINT
              + " to the collector's gRPC port, 4317 by default.");
    }
  }

  @Test
  void check_grpcToHttpPortThatRefusesHttp2_httpPort() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              if (ScriptedServer.readHead(socket).startsWith("POST ")) {
                ScriptedServer.reply(socket, "200 OK", "");
              }
            })) {
      assertThat(
              check("http://" + server.authority(), "otel.exporter.otlp.protocol", "grpc")
                  .finding())
          .isEqualTo(Finding.HTTP_PORT);
    }
  }

  @ParameterizedTest
  @CsvSource({"200 OK, ''", "401 Unauthorized, /"})
  void check_missingPath_wrongPath(String status, String path) {
    try (ScriptedServer server = ScriptedServer.only("/v1/traces", status)) {
      CollectorCheck check =
          probe(Map.of("otel.exporter.otlp.traces.endpoint", "http://" + server.authority() + path))
              .check(TIMEOUT);

      String url = "http://" + server.authority();
      assertFound(
          check,
          Finding.WRONG_PATH,
          url
              + "/ is not the collector's path; "
              + url
              + "/v1/traces is. Set "
              + TRACES_ENDPOINT
              + " to "
              + url
              + "/v1/traces, which is used unchanged.");
    }
  }

  @Test
  void check_repeatedPath_wrongPath() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      String url = receiver.endpoint();

      assertFound(
          check(url + "/v1/traces"),
          Finding.WRONG_PATH,
          url
              + "/v1/traces/v1/traces is not the collector's path; "
              + url
              + "/v1/traces is. Set "
              + ENDPOINT
              + " to "
              + url
              + "; /v1/traces is appended.");
    }
  }

  @Test
  void check_status404_notFound() {
    try (ScriptedServer server = ScriptedServer.http("404 Not Found", "")) {
      assertFound(
          check("http://" + server.authority() + "/base"),
          Finding.NOT_FOUND,
          "http://"
              + server.authority()
              + "/base/v1/traces answers 404 Not Found: no collector is at that path."
              + " Correct host, port and path in "
              + ENDPOINT
              + ".");
    }
  }

  @ParameterizedTest
  @CsvSource({"401, Unauthorized", "403, Forbidden"})
  void check_status401Or403_notAuthorized(int status, String reason) {
    try (ScriptedServer server = ScriptedServer.http(status + " " + reason, "no")) {
      String url = "http://" + server.authority() + "/v1/traces";
      String fix =
          ". Set otel.exporter.otlp.headers (OTEL_EXPORTER_OTLP_HEADERS) to the credentials that"
              + " it requires, such as authorization=Bearer%20<token>.";

      assertFound(
          check("http://" + server.authority()),
          Finding.NOT_AUTHORIZED,
          url
              + " answers "
              + status
              + " "
              + reason
              + "; the request had no configured header"
              + fix);
      assertFound(
          check(
              "http://" + server.authority(),
              "otel.exporter.otlp.headers",
              "x-tenant=s3cret,authorization=s3cret"),
          Finding.NOT_AUTHORIZED,
          url
              + " answers "
              + status
              + " "
              + reason
              + "; the request had authorization, x-tenant"
              + fix);
    }
  }

  @Test
  void check_status302_redirected() {
    try (ScriptedServer server =
        ScriptedServer.http("302 Found\r\nLocation: https://login.test/a?s=s3cret", "")) {
      assertFound(
          check("http://" + server.authority()),
          Finding.REDIRECTED,
          "http://"
              + server.authority()
              + "/v1/traces answers 302, a redirect to https://login.test/a. The exporter does not follow"
              + " it: set "
              + ENDPOINT
              + " to the collector's URL.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400 Bad, 400 Bad Request, REFUSED",
    "415 x, 415 Unsupported Media Type, REFUSED",
    "429 x, 429 Too Many Requests, REFUSED",
    "418 x, 418, REFUSED"
  })
  void check_otherClientErrors_refused(String status, String shown, Finding finding) {
    try (ScriptedServer server = ScriptedServer.http(status, "")) {
      assertFound(
          check("http://" + server.authority()),
          finding,
          "http://"
              + server.authority()
              + "/v1/traces answers a request without spans with "
              + shown
              + ". See the collector's log, or correct "
              + ENDPOINT
              + ".");
    }
  }

  @Test
  void check_status503_serverError() {
    try (ScriptedServer server = ScriptedServer.http("503 x", "")) {
      assertFound(
          check("http://" + server.authority()),
          Finding.SERVER_ERROR,
          "http://"
              + server.authority()
              + "/v1/traces answers a request without spans with 503 Service Unavailable. See the"
              + " collector's log; if it is another server, correct "
              + ENDPOINT
              + ".");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/html; charset=utf-8, <html></html>, text/html; charset=utf-8",
    "text/html, '', text/html",
    "text/plain, hello, text/plain",
    "application/json, '{\"ok\":true}', application/json"
  })
  void check_answersOfOtherServers_notACollector(String type, String body, String shown) {
    try (ScriptedServer server = ScriptedServer.http("200 OK\r\nContent-Type: " + type, body)) {
      assertFound(
          check("http://" + server.authority()),
          Finding.NOT_A_COLLECTOR,
          "http://"
              + server.authority()
              + "/v1/traces answers 200 with "
              + shown
              + ": this is not a collector. Correct host and port in "
              + ENDPOINT
              + ".");
    }
  }

  @Test
  void check_unknownProtocol_notACollector() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              socket.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(US_ASCII));
              ScriptedServer.silent(socket);
            })) {
      assertFound(
          check("http://" + server.authority()),
          Finding.NOT_A_COLLECTOR,
          server.authority()
              + " answers with bytes that are neither HTTP nor gRPC: this is not a collector."
              + " Correct host and port in "
              + ENDPOINT
              + ".");
    }
  }
}
