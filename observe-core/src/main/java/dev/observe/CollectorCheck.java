/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * What a check of the endpoint came to, and what to change. Immutable.
 *
 * @since 0.1
 */
public final class CollectorCheck {
  /** What there is to find. */
  public enum Finding {
    /** The collector takes spans. */
    OK,
    /** Spans do not go by OTLP, because the settings say so; nothing was reached for. */
    NO_OTLP_EXPORTER,
    /** OpenTelemetry's Java agent exports the spans; nothing was reached for. */
    JOINED_AGENT,
    /** The host name has no address, or its look-up took too long. */
    NAME_UNKNOWN,
    /** Nothing listens at the port. */
    CONNECTION_REFUSED,
    /** There is no way to the address. */
    UNREACHABLE,
    /** The connection was not made in time. */
    CONNECT_TIMEOUT,
    /** The connection was made, and nothing came in time. */
    NO_ANSWER,
    /** The connection was closed without an answer, by something that we could not recognise. */
    CLOSED,
    /** The port is a collector's port for gRPC, and the protocol is HTTP. */
    GRPC_PORT,
    /** The port speaks HTTP/1.1, and the protocol is gRPC. */
    HTTP_PORT,
    /** There is a collector, at another path: {@code /v1/traces} is missing, or there twice. */
    WRONG_PATH,
    /** The endpoint is {@code http://} and the port expects TLS. */
    TLS_EXPECTED,
    /** The endpoint is {@code https://} and the port does not speak TLS. */
    TLS_NOT_EXPECTED,
    /** The collector's certificate is not signed by anyone whom we trust. */
    CERTIFICATE_NOT_TRUSTED,
    /** The collector's certificate is for other hosts. */
    CERTIFICATE_WRONG_HOST,
    /** The collector's certificate, or its authority's, is expired or not valid yet. */
    CERTIFICATE_EXPIRED,
    /** The collector refuses our client certificate, or that there is none. */
    CLIENT_CERTIFICATE_REFUSED,
    /** TLS failed in another way. */
    TLS_FAILED,
    /** Status 401 or 403. */
    NOT_AUTHORIZED,
    /** Status 404, and no collector at the paths that are mistaken for each other. */
    NOT_FOUND,
    /** Status 3xx; the exporter does not follow it. */
    REDIRECTED,
    /** Another status from 400 to 499. */
    REFUSED,
    /** A status of 500 or more. */
    SERVER_ERROR,
    /** Something answers, and it is no collector. */
    NOT_A_COLLECTOR,
    /** The check could not be made. */
    UNKNOWN
  }

  private final Finding finding;
  private final String message;

  /** Made by {@link Tracing#check}. */
  public CollectorCheck(Finding finding, String message) {
    this.finding = finding;
    this.message = message;
  }

  /** Returns what was found. */
  public Finding finding() {
    return finding;
  }

  /**
   * Returns whether nothing is wrong: spans arrive, or are not meant to go by an OTLP exporter of
   * ours.
   */
  public boolean isOk() {
    return finding == Finding.OK
        || finding == Finding.NO_OTLP_EXPORTER
        || finding == Finding.JOINED_AGENT;
  }

  /** Returns what was found in plain words, on one line, with the setting to change. */
  public String message() {
    return message;
  }

  /** Returns for example {@code CONNECTION_REFUSED: Nothing listens at …}. */
  @Override
  public String toString() {
    return finding + ": " + message;
  }
}
