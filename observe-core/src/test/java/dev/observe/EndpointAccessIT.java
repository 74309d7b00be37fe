/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import dev.observe.testkit.TestCertificate;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P16: a real Prometheus is accepted with the certificate and credentials only. */
class EndpointAccessIT {
  private static final String TLS =
      """
      scheme: https
      tls_config:
        ca_file: %s
      """;
  private static final String BASIC =
      """
      basic_auth:
        username: prometheus
        password: %s
      """;
  private static final String BEARER =
      """
      authorization:
        credentials: %s
      """;

  @TempDir private Path directory;

  private static MetricsBuilder builder() {
    return Metrics.builder("shop").port(0).disableGlobal();
  }

  @Test
  void P16_prometheus_scrapesThroughTlsAndAuthentication() throws Exception {
    TestCertificate certificate = TestCertificate.make(directory);
    String tls = TLS.formatted(certificate.pem());
    try (Metrics withPassword =
            builder()
                .basicAuthentication("prometheus", "s3cret")
                .tlsPem(certificate.pem(), certificate.keyPem())
                .start();
        Metrics withToken =
            builder()
                .bearerToken("t0ken")
                .tlsKeyStore(certificate.keyStore(), certificate.password())
                .start();
        RealPrometheus prometheus =
            RealPrometheus.start(
                RealPrometheus.job("basic", tls + BASIC.formatted("s3cret"), withPassword.uri()),
                RealPrometheus.job("bearer", tls + BEARER.formatted("t0ken"), withToken.uri()),
                RealPrometheus.job(
                    "wrong-password", tls + BASIC.formatted("other"), withPassword.uri()),
                RealPrometheus.job("no-token", tls, withToken.uri()),
                RealPrometheus.job(
                    "unknown-certificate",
                    "scheme: https\n" + BEARER.formatted("t0ken"),
                    withToken.uri()))) {
      List<Sample> up = prometheus.awaitQuery("up", samples -> samples.size() == 5);
      List<Sample> seen = prometheus.awaitQuery("up == 1", samples -> samples.size() == 2);

      assertThat(up).hasSize(5);
      assertThat(seen)
          .extracting(sample -> sample.label("job"))
          .containsExactlyInAnyOrder("basic", "bearer");
      assertThat(prometheus.awaitQuery("count by (job) (observe_endpoint_up)"))
          .extracting(sample -> sample.label("job"))
          .containsExactlyInAnyOrder("basic", "bearer");
    }
  }
}
