/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * The result of {@link Tracing#check}: the problem found on the way to the collector, and the
 * setting to change. Immutable; implemented by this library only.
 *
 * @since 0.1
 */
public interface CollectorCheck {
  /**
   * The kinds of results.
   *
   * <p>Later versions may add constants: a {@code switch} over them needs a {@code default}.
   */
  enum Finding {
    /** The collector accepts spans. */
    OK,
    /** The settings name no OTLP exporter for spans; no connection was made. */
    NO_OTLP_EXPORTER,
    /** OpenTelemetry's Java agent exports the spans; no connection was made. */
    JOINED_AGENT,
    /** The host name has no address, or its lookup took too long. */
    NAME_UNKNOWN,
    /** The port refused the connection. */
    CONNECTION_REFUSED,
    /** There is no route to the address. */
    UNREACHABLE,
    /** The connection was not established in time. */
    CONNECT_TIMEOUT,
    /** The connection was established, and no answer came in time. */
    NO_ANSWER,
    /** The peer closed the connection without an answer, and its protocol is unknown. */
    CLOSED,
    /** The port is a collector's gRPC port, and the configured protocol is HTTP. */
    GRPC_PORT,
    /** The port accepts HTTP/1.1, and the configured protocol is gRPC. */
    HTTP_PORT,
    /** A collector answers at another path: {@code /v1/traces} is missing or repeated. */
    WRONG_PATH,
    /** The endpoint is {@code http://} and the port expects TLS. */
    TLS_EXPECTED,
    /** The endpoint is {@code https://} and the port does not use TLS. */
    TLS_NOT_EXPECTED,
    /** No trusted authority signed the collector's certificate. */
    CERTIFICATE_NOT_TRUSTED,
    /** The collector's certificate is for other hosts. */
    CERTIFICATE_WRONG_HOST,
    /** The collector's certificate, or its authority's, is expired or not valid yet. */
    CERTIFICATE_EXPIRED,
    /** The collector refused our client certificate, or requires one. */
    CLIENT_CERTIFICATE_REFUSED,
    /** TLS failed in another way. */
    TLS_FAILED,
    /** Status 401 or 403. */
    NOT_AUTHORIZED,
    /** Status 404, and no collector answers at the usual paths. */
    NOT_FOUND,
    /** Status 3xx; the exporter does not follow redirects. */
    REDIRECTED,
    /** Another status from 400 to 499. */
    REFUSED,
    /** A status of 500 or more. */
    SERVER_ERROR,
    /** A server answers that is not a collector. */
    NOT_A_COLLECTOR,
    /** The check failed. */
    UNKNOWN
  }

  /** Returns the kind of the result. */
  Finding finding();

  /**
   * Returns whether there is no problem: the collector accepts spans, or the settings do not send
   * them by our OTLP exporter.
   */
  default boolean isOk() {
    return finding() == Finding.OK
        || finding() == Finding.NO_OTLP_EXPORTER
        || finding() == Finding.JOINED_AGENT;
  }

  /** Returns the problem and the setting to change, on one line. */
  String message();
}
