/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.check.ProbeConnection.Saying;
import dev.observe.internal.util.LogText;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks an endpoint until it is clear what is wrong with it, or that nothing is. */
final class Diagnosis {
  private static final String TRACES_PATH = "/v1/traces";

  /** The alerts (RFC 8446, 6.2) by which a server refuses a client's certificate or its lack. */
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
  private final ProbeConnection dialer;
  private final Explanations explain;

  Diagnosis(ProbeTarget target, ProbeConnection dialer, Explanations explain) {
    this.target = target;
    this.dialer = dialer;
    this.explain = explain;
  }

  CollectorCheck run() {
    ProbeAnswer answer = dialer.say(target.grpc() ? Saying.HTTP2 : Saying.REQUEST);
    if (answer instanceof ProbeAnswer.NoAddress) {
      return explain.nameUnknown();
    } else if (answer instanceof ProbeAnswer.NotConnected not) {
      return notConnected(not);
    } else if (answer instanceof ProbeAnswer.TlsFailed failed) {
      return tlsFailed(failed);
    } else if (answer instanceof ProbeAnswer.TlsRecord) {
      return explain.tlsExpected();
    } else if (answer instanceof ProbeAnswer.Http2) {
      return target.grpc() ? explain.speaksHttp2() : explain.grpcPort();
    } else if (answer instanceof ProbeAnswer.Http http) {
      // Several servers answer clear text at a TLS port with 400 in clear text.
      if (http.status() == 400 && !target.tls() && speaksTls()) {
        return explain.tlsExpected();
      }
      return target.grpc() ? explain.httpPort() : status(http);
    } else if (answer instanceof ProbeAnswer.Silent silent) {
      CollectorCheck clear = silent.inHandshake() ? inClearText() : null;
      return clear == null ? explain.noAnswer() : clear;
    }
    return notUnderstood(answer);
  }

  private CollectorCheck notConnected(ProbeAnswer.NotConnected answer) {
    if (answer.failure() instanceof SocketTimeoutException) {
      return explain.connectTimeout();
    }
    String message = String.valueOf(answer.failure().getMessage()).toLowerCase(Locale.ROOT);
    if (answer.failure() instanceof ConnectException) {
      if (message.contains("refused")) {
        return explain.connectionRefused();
      }
      if (message.contains("timed out")) {
        return explain.connectTimeout();
      }
    }
    return explain.unreachable(LogText.describe(answer.failure()));
  }

  private CollectorCheck tlsFailed(ProbeAnswer.TlsFailed answer) {
    String alert = alert(answer.failure());
    if ("no_application_protocol".equals(alert)) {
      return target.grpc() ? explain.httpPort() : explain.grpcPort();
    }
    if (CLIENT_CERTIFICATE_ALERTS.contains(alert)) {
      return explain.clientCertificateRefused(alert);
    }
    if (isCausedBy(
        answer.failure(),
        List.of(CertificateExpiredException.class, CertificateNotYetValidException.class))) {
      return explain.certificateExpired();
    }
    if (isAboutCertificate(answer.failure())) {
      // The JDK's exception says in words only that it is the name; so we look without it.
      ProbeAnswer unnamed = dialer.say(Saying.NOTHING, true, false, target.path());
      return unnamed instanceof ProbeAnswer.TlsDone
          ? explain.certificateWrongHost(dialer.certificate())
          : explain.certificateNotTrusted();
    }
    CollectorCheck clear = alert.isEmpty() ? inClearText() : null;
    return clear == null ? explain.tlsFailed(LogText.describe(answer.failure())) : clear;
  }

  /** Looks whether an https endpoint speaks clear text; null when it does not. */
  private @Nullable CollectorCheck inClearText() {
    Saying saying = target.grpc() ? Saying.HTTP2 : Saying.REQUEST_WITHOUT_HEADERS;
    ProbeAnswer clear = dialer.say(saying, false, false, target.path());
    if (clear instanceof ProbeAnswer.Http2) {
      return target.grpc() ? explain.tlsNotExpected() : explain.grpcPort();
    }
    if (clear instanceof ProbeAnswer.Http) {
      return target.grpc() ? explain.httpPort() : explain.tlsNotExpected();
    }
    return null;
  }

  private boolean speaksTls() {
    ProbeAnswer answer = dialer.say(Saying.NOTHING, true, true, target.path());
    if (answer instanceof ProbeAnswer.TlsFailed failed) {
      return isAboutCertificate(failed.failure()) || !alert(failed.failure()).isEmpty();
    }
    return answer instanceof ProbeAnswer.TlsDone;
  }

  /** Nothing that we know came back; so it is asked in the other ways that there are. */
  private CollectorCheck notUnderstood(ProbeAnswer answer) {
    if (!target.tls() && speaksTls()) {
      return explain.tlsExpected();
    }
    Saying other = target.grpc() ? Saying.REQUEST_WITHOUT_HEADERS : Saying.HTTP2;
    ProbeAnswer reply = dialer.say(other, target.tls(), true, TRACES_PATH);
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

  /** Looks at the path that this one is mistaken for; null when no collector is there either. */
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
    ProbeAnswer answer = dialer.say(Saying.REQUEST, target.tls(), true, other);
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
   * Whether a 2xx is an answer to OTLP: nothing, or {@code ExportTraceServiceResponse}, which is
   * empty or has the one field {@code partial_success}. Some answer so in JSON to protobuf.
   */
  private static boolean isCollectors(ProbeAnswer.Http reply) {
    if (reply.header("content-type").toLowerCase(Locale.ROOT).startsWith("text/html")) {
      return false;
    }
    String body = reply.body();
    if (body.isEmpty() || !reply.header("content-encoding").isEmpty()) {
      return true;
    }
    // Field 1, a message; its length comes next, and one of 128 or more goes on in further bytes.
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

  /** Returns the name of the alert that the other end sent, or nothing when it sent none. */
  private static String alert(Throwable failure) {
    String marker = "Received fatal alert: ";
    String message = String.valueOf(failure.getMessage());
    int start = message.indexOf(marker);
    return start < 0 ? "" : message.substring(start + marker.length()).strip();
  }
}
