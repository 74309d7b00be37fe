/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.check.ProbeConnection.Probe;
import dev.observe.internal.util.SafeText;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Probes an endpoint until the cause of a failure is known, or the endpoint is known to work. */
final class Diagnosis {
  private static final String TRACES_PATH = "/v1/traces";

  /** The alerts (RFC 8446, 6.2) of a server that refuses a client certificate or requires one. */
  private static final Set<String> CLIENT_CERTIFICATE_ALERTS =
      Set.of(
          "certificate_required",
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied");

  private final ProbeTarget target;
  private final ProbeConnection connection;
  private final Explanations explain;

  Diagnosis(ProbeTarget target, ProbeConnection connection, Explanations explain) {
    this.target = target;
    this.connection = connection;
    this.explain = explain;
  }

  CollectorCheck run() {
    ProbeAnswer answer = connection.send(target.grpc() ? Probe.HTTP2 : Probe.REQUEST);
    if (answer instanceof ProbeAnswer.NoAddress) {
      return explain.nameUnknown();
    } else if (answer instanceof ProbeAnswer.NotConnected not) {
      return notConnected(not.failure());
    } else if (answer instanceof ProbeAnswer.TlsFailed failed) {
      return tlsFailed(failed.failure());
    } else if (answer instanceof ProbeAnswer.TlsRecord) {
      return explain.tlsExpected();
    } else if (answer instanceof ProbeAnswer.Http2) {
      return target.grpc() ? explain.acceptsHttp2() : explain.grpcPort();
    } else if (answer instanceof ProbeAnswer.Http http) {
      // Several servers answer clear text at a TLS port with 400 in clear text.
      if (http.status() == 400 && !target.tls() && speaksTls()) {
        return explain.tlsExpected();
      }
      return target.grpc() ? explain.httpPort() : status(http);
    } else if (answer instanceof ProbeAnswer.TimedOut late) {
      return timedOut(late);
    }
    return notUnderstood(answer);
  }

  private CollectorCheck timedOut(ProbeAnswer.TimedOut answer) {
    return switch (answer.stage()) {
      case LOOKUP -> explain.nameTooSlow();
      case CONNECT -> explain.connectTimeout();
      case HANDSHAKE -> Objects.requireNonNullElseGet(inClearText(), explain::noAnswer);
      case REPLY -> explain.noAnswer();
    };
  }

  private CollectorCheck notConnected(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (failure instanceof ConnectException) {
      if (message.contains("refused")) {
        return explain.connectionRefused();
      }
      if (message.contains("timed out")) {
        return explain.connectTimeout();
      }
    }
    return explain.unreachable(SafeText.describe(failure));
  }

  private CollectorCheck tlsFailed(IOException failure) {
    String alert = alert(failure);
    if ("no_application_protocol".equals(alert)) {
      return target.grpc() ? explain.httpPort() : explain.grpcPort();
    }
    if (CLIENT_CERTIFICATE_ALERTS.contains(alert)) {
      return explain.clientCertificateRefused(alert);
    }
    if (isCausedBy(
        failure,
        List.of(CertificateExpiredException.class, CertificateNotYetValidException.class))) {
      return explain.certificateExpired();
    }
    if (isAboutCertificate(failure)) {
      // Only the text of the JDK's exception names a wrong host, so we probe without that check.
      ProbeAnswer unverified = connection.send(Probe.TLS_HANDSHAKE, true, false, target.path());
      return unverified instanceof ProbeAnswer.TlsDone
          ? explain.certificateWrongHost(connection.certificate())
          : explain.certificateNotTrusted();
    }
    CollectorCheck clear = alert.isEmpty() ? inClearText() : null;
    return clear == null ? explain.tlsFailed(SafeText.describe(failure)) : clear;
  }

  /** Returns the result if an https endpoint answers clear text, or null. */
  private @Nullable CollectorCheck inClearText() {
    Probe probe = target.grpc() ? Probe.HTTP2 : Probe.REQUEST_WITHOUT_HEADERS;
    ProbeAnswer clear = connection.send(probe, false, false, target.path());
    if (clear instanceof ProbeAnswer.Http2) {
      return target.grpc() ? explain.tlsNotExpected() : explain.grpcPort();
    }
    if (clear instanceof ProbeAnswer.Http) {
      return target.grpc() ? explain.httpPort() : explain.tlsNotExpected();
    }
    return null;
  }

  private boolean speaksTls() {
    ProbeAnswer answer = connection.send(Probe.TLS_HANDSHAKE, true, true, target.path());
    if (answer instanceof ProbeAnswer.TlsFailed failed) {
      return isAboutCertificate(failed.failure()) || !alert(failed.failure()).isEmpty();
    }
    return answer instanceof ProbeAnswer.TlsDone;
  }

  /** Returns the result for an unknown answer, after probing TLS and the other protocol. */
  private CollectorCheck notUnderstood(ProbeAnswer answer) {
    if (!target.tls() && speaksTls()) {
      return explain.tlsExpected();
    }
    Probe other = target.grpc() ? Probe.REQUEST_WITHOUT_HEADERS : Probe.HTTP2;
    ProbeAnswer reply = connection.send(other, target.tls(), true, TRACES_PATH);
    if (!target.grpc() && reply instanceof ProbeAnswer.Http2) {
      return explain.grpcPort();
    }
    if (target.grpc() && reply instanceof ProbeAnswer.Http) {
      return explain.httpPort();
    }
    return answer instanceof ProbeAnswer.Closed ? explain.closed() : explain.notHttp();
  }

  private CollectorCheck status(ProbeAnswer.Http reply) {
    int status = reply.status();
    if (status >= 200 && status < 300) {
      if (isCollectors(reply)) {
        return explain.ok(status);
      }
      CollectorCheck path = otherPath();
      return path == null ? explain.notACollector(reply) : path;
    }
    if (status == 404 || status == 405) {
      CollectorCheck path = otherPath();
      if (path != null) {
        return path;
      }
    }
    return switch (status) {
      case 401, 403 -> explain.notAuthorized(status);
      case 404 -> explain.notFound();
      default -> {
        if (status < 400) {
          yield explain.redirected(status, reply.header("location"));
        }
        yield explain.status(status < 500 ? Finding.REFUSED : Finding.SERVER_ERROR, status);
      }
    };
  }

  /** Returns the result if a collector answers at the path that is mistaken for this one. */
  private @Nullable CollectorCheck otherPath() {
    String path = target.path();
    String other;
    if (path.endsWith(TRACES_PATH + TRACES_PATH)) {
      other = path.substring(0, path.length() - TRACES_PATH.length());
    } else if (path.endsWith(TRACES_PATH)) {
      return null;
    } else {
      other = (path.endsWith("/") ? path.substring(0, path.length() - 1) : path) + TRACES_PATH;
    }
    ProbeAnswer answer = connection.send(Probe.REQUEST, target.tls(), true, other);
    return answer instanceof ProbeAnswer.Http http && isACollectorsPath(http)
        ? explain.wrongPath(other)
        : null;
  }

  private static boolean isACollectorsPath(ProbeAnswer.Http reply) {
    int status = reply.status();
    boolean refusal = status >= 400 && status < 500 && status != 404 && status != 405;
    return refusal || (status >= 200 && status < 300 && isCollectors(reply));
  }

  /**
   * Returns whether a 2xx answers OTLP: an empty body, or {@code ExportTraceServiceResponse} with
   * at most the field {@code partial_success}. Some collectors answer protobuf in JSON.
   */
  private static boolean isCollectors(ProbeAnswer.Http reply) {
    if (reply.header("content-type").toLowerCase(Locale.ROOT).startsWith("text/html")) {
      return false;
    }
    String body = reply.body();
    if (body.isEmpty() || !reply.header("content-encoding").isEmpty()) {
      return true;
    }
    // Field 1, a message, then its length; a length of 128 or more takes further bytes.
    boolean protobuf =
        body.length() >= 2
            && body.charAt(0) == 0x0a
            && (body.charAt(1) >= 0x80 || body.charAt(1) <= body.length() - 2);
    return protobuf
        || body.strip().equals("{}")
        || body.matches("(?s)\\s*\\{\\s*\"partialSuccess\".*");
  }

  private static boolean isAboutCertificate(Throwable failure) {
    return isCausedBy(
        failure, List.of(CertificateException.class, CertPathValidatorException.class));
  }

  private static boolean isCausedBy(Throwable failure, List<Class<? extends Throwable>> types) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      for (Class<? extends Throwable> type : types) {
        if (type.isInstance(t)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the name of the TLS alert that the peer sent, or an empty text. */
  private static String alert(Throwable failure) {
    String marker = "Received fatal alert: ";
    String message = String.valueOf(failure.getMessage());
    int start = message.indexOf(marker);
    return start < 0 ? "" : message.substring(start + marker.length()).strip();
  }
}
