/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.util.SafeText;
import java.net.InetSocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Formats each finding: the observation, and the setting to change. */
final class Explanations {
  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          413, "Content Too Large",
          415, "Unsupported Media Type",
          429, "Too Many Requests",
          500, "Internal Server Error",
          502, "Bad Gateway",
          503, "Service Unavailable");

  private static final int MAX_CHARS = 1000;

  private final ProbeTarget target;
  private final @Nullable InetSocketAddress proxy;
  private final Duration limit;

  Explanations(ProbeTarget target, @Nullable InetSocketAddress proxy, Duration limit) {
    this.target = target;
    this.proxy = proxy;
    this.limit = limit;
  }

  private CollectorCheck of(Finding finding, String... sentences) {
    StringBuilder text = new StringBuilder(String.join(" ", sentences));
    if (proxy != null && finding != Finding.OK) {
      text.append(" The connection uses the proxy ");
      text.append(proxy.getHostString()).append(':').append(proxy.getPort());
      text.append(", set by the JVM properties http.proxyHost and https.proxyHost.");
    }
    return new CheckResult(finding, SafeText.oneLine(text.toString(), MAX_CHARS));
  }

  private String endpointSetting() {
    return target.named("endpoint");
  }

  private String correctHostAndPort() {
    return "Correct host and port in " + endpointSetting() + ".";
  }

  private String where() {
    return target.authority();
  }

  CollectorCheck ok(int status) {
    return of(
        Finding.OK,
        target.url()
            + " accepts spans: the answer to a request without spans is "
            + answer(status)
            + ".");
  }

  CollectorCheck acceptsHttp2() {
    return of(
        Finding.OK,
        target.url() + " accepts HTTP/2, which gRPC requires.",
        "No gRPC request was sent, so the headers are not checked.");
  }

  CollectorCheck nameUnknown() {
    return of(
        Finding.NAME_UNKNOWN,
        "The host name " + target.host() + " is unknown.",
        "Correct the host in " + endpointSetting() + ".");
  }

  CollectorCheck nameTooSlow() {
    return of(
        Finding.NAME_UNKNOWN,
        "The host name " + target.host() + " was not looked up within " + limit() + ".",
        "Correct the host in " + endpointSetting() + ", or check this machine's name server.");
  }

  CollectorCheck connectionRefused() {
    return of(
        Finding.CONNECTION_REFUSED,
        "Nothing listens at " + where() + ": the connection was refused.",
        "Start the collector, or correct host and port in " + endpointSetting() + ".");
  }

  CollectorCheck unreachable(String cause) {
    return of(
        Finding.UNREACHABLE, where() + " cannot be reached (" + cause + ").", correctHostAndPort());
  }

  CollectorCheck connectTimeout() {
    return of(
        Finding.CONNECT_TIMEOUT,
        where() + " did not accept a connection within " + limit() + ".",
        "Correct host and port in " + endpointSetting() + ", or open the firewall between.");
  }

  CollectorCheck noAnswer() {
    return of(
        Finding.NO_ANSWER,
        where() + " accepted the connection and did not answer within " + limit() + ".",
        correctHostAndPort(),
        "If the collector needs more time, raise " + target.named("timeout") + ".");
  }

  CollectorCheck closed() {
    return of(
        Finding.CLOSED,
        where() + " accepted the connection and closed it without an answer.",
        correctHostAndPort());
  }

  CollectorCheck grpcPort() {
    return of(
        Finding.GRPC_PORT,
        where() + " is a gRPC port, and " + target.named("protocol") + " is http/protobuf.",
        "Set " + endpointSetting() + " to the collector's HTTP port, 4318 by default.");
  }

  CollectorCheck httpPort() {
    return of(
        Finding.HTTP_PORT,
        where() + " is an HTTP/1.1 port, and " + target.named("protocol") + " is grpc.",
        "Set "
            + target.named("protocol")
            + " to http/protobuf, or "
            + endpointSetting()
            + " to the collector's gRPC port, 4317 by default.");
  }

  CollectorCheck wrongPath(String path) {
    String url = target.url(path);
    String fix =
        target.isUsedUnchanged()
            ? "Set " + endpointSetting() + " to " + url + ", which is used unchanged."
            : "Set "
                + endpointSetting()
                + " to "
                + url.substring(0, url.length() - "/v1/traces".length())
                + "; /v1/traces is appended.";
    return of(
        Finding.WRONG_PATH, target.url() + " is not the collector's path; " + url + " is.", fix);
  }

  CollectorCheck tlsExpected() {
    return of(
        Finding.TLS_EXPECTED,
        where() + " expects TLS, and the endpoint begins with http://.",
        "Set " + endpointSetting() + " to https://" + where() + ".");
  }

  CollectorCheck tlsNotExpected() {
    return of(
        Finding.TLS_NOT_EXPECTED,
        where() + " does not use TLS, and the endpoint begins with https://.",
        "Set " + endpointSetting() + " to http://" + where() + ".");
  }

  CollectorCheck tlsFailed(String cause) {
    return of(
        Finding.TLS_FAILED,
        "The TLS connection to " + where() + " failed (" + cause + ").",
        "Correct " + endpointSetting() + ", or the collector's TLS settings.");
  }

  CollectorCheck certificateNotTrusted() {
    String setting = target.named("certificate");
    return target.isSet("certificate")
        ? of(
            Finding.CERTIFICATE_NOT_TRUSTED,
            "The certificate of " + where() + " is not signed by an authority in the file that",
            setting + " names.",
            "Set it to a PEM file with the certificate of the authority.")
        : of(
            Finding.CERTIFICATE_NOT_TRUSTED,
            "The certificate of " + where() + " is not signed by an authority that the JVM trusts.",
            "Set " + setting + " to a PEM file with the certificate of the authority.");
  }

  CollectorCheck certificateWrongHost(@Nullable X509Certificate certificate) {
    List<String> names = names(certificate);
    String others = names.isEmpty() ? "" : " but for " + String.join(", ", names);
    return of(
        Finding.CERTIFICATE_WRONG_HOST,
        "The certificate of " + where() + " is not for " + target.host() + others + ".",
        "Set the host in " + endpointSetting() + " to a host of the certificate.");
  }

  private static List<String> names(@Nullable X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all =
          certificate == null ? null : certificate.getSubjectAlternativeNames();
      // RFC 5280: the first entry is the kind, 2 a DNS name and 7 an address.
      for (List<?> name : Objects.requireNonNullElse(all, List.<List<?>>of())) {
        if (names.size() < 5 && (name.get(0).equals(2) || name.get(0).equals(7))) {
          names.add(String.valueOf(name.get(1)));
        }
      }
    } catch (CertificateParsingException e) {
      // The message then contains no names.
    }
    return names;
  }

  CollectorCheck certificateExpired() {
    return of(
        Finding.CERTIFICATE_EXPIRED,
        "The certificate of " + where() + ", or its authority's, is not valid at this time.",
        "Renew it at the collector, correct this machine's clock, or set " + endpointSetting(),
        "to another collector.");
  }

  CollectorCheck clientCertificateRefused(String alert) {
    boolean given = target.isSet("client.certificate");
    String settings = target.named("client.certificate") + " and " + target.named("client.key");
    return of(
        Finding.CLIENT_CERTIFICATE_REFUSED,
        where()
            + (given ? " refuses our client certificate" : " requires a client certificate")
            + " ("
            + alert
            + ").",
        given ? "Correct " + settings + "." : "Set " + settings + " to PEM files that it accepts.");
  }

  CollectorCheck notAuthorized(int status) {
    TreeSet<String> sent = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    sent.addAll(target.headers().keySet());
    sent.remove("User-Agent");
    String headers = sent.isEmpty() ? "no configured header" : String.join(", ", sent);
    return of(
        Finding.NOT_AUTHORIZED,
        target.url() + " answers " + answer(status) + "; the request had " + headers + ".",
        "Set "
            + target.named("headers")
            + " to the credentials that it requires, such as authorization=Bearer%20<token>.");
  }

  CollectorCheck notFound() {
    return of(
        Finding.NOT_FOUND,
        target.url() + " answers " + answer(404) + ": no collector is at that path.",
        "Correct host, port and path in " + endpointSetting() + ".");
  }

  CollectorCheck redirected(int status, String location) {
    String to = location.isBlank() ? "" : " to " + SafeText.oneLine(withoutQuery(location));
    return of(
        Finding.REDIRECTED,
        target.url() + " answers " + answer(status) + ", a redirect" + to + ".",
        "The exporter does not follow it: set " + endpointSetting() + " to the collector's URL.");
  }

  private static String withoutQuery(String location) {
    return location.replaceAll("[?#].*", "");
  }

  CollectorCheck status(Finding finding, int status) {
    return of(
        finding,
        target.url() + " answers a request without spans with " + answer(status) + ".",
        finding == Finding.REFUSED
            ? "See the collector's log, or correct " + endpointSetting() + "."
            : "See the collector's log; if it is another server, correct "
                + endpointSetting()
                + ".");
  }

  CollectorCheck notACollector(ProbeAnswer.Http reply) {
    String type = SafeText.oneLine(reply.header("content-type").toLowerCase(Locale.ROOT));
    String content = type.isEmpty() ? "a body that is not OTLP" : type;
    return of(
        Finding.NOT_A_COLLECTOR,
        target.url() + " answers " + answer(reply.status()) + " with " + content + ":",
        "this is not a collector.",
        correctHostAndPort());
  }

  CollectorCheck notHttp() {
    return of(
        Finding.NOT_A_COLLECTOR,
        where() + " answers with bytes that are neither HTTP nor gRPC: this is not a collector.",
        correctHostAndPort());
  }

  private static String answer(int status) {
    String reason = REASONS.get(status);
    return reason == null ? Integer.toString(status) : status + " " + reason;
  }

  private String limit() {
    long millis = limit.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
