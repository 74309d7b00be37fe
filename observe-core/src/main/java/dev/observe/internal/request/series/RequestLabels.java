/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.Scheme;
import dev.observe.internal.semconv.StatusCodes;
import dev.observe.internal.util.SafeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The label values of a series of the request metrics. An exchange extends this class, so looking
 * up its series allocates nothing.
 *
 * <p>An unknown value is the empty string, which Prometheus treats as a missing label; an unknown
 * status is 0.
 */
public class RequestLabels {
  static final String METHOD = "http_request_method";
  static final String ROUTE = "http_route";
  static final String SCHEME = "url_scheme";

  /** The label names of all requests, in the order of {@link #values()}. */
  public static final List<String> NAMES =
      List.of(
          METHOD,
          ROUTE,
          "http_response_status_code",
          SCHEME,
          "error_type",
          "network_protocol_version");

  /** The values without labels of the application. */
  public static final String[] NO_EXTRA = {};

  public String method = KnownMethods.OTHER;
  public String route = "";
  public int status;
  public String scheme = Scheme.OTHER;
  public String errorType = "";
  public String protocolVersion = "";

  /** The values of the application's labels, in the order of their names. */
  public String[] extra = NO_EXTRA;

  String[] values() {
    String[] common = {
      method, route, status == 0 ? "" : StatusCodes.text(status), scheme, errorType, protocolVersion
    };
    String[] all = Arrays.copyOf(common, common.length + extra.length);
    System.arraycopy(extra, 0, all, common.length, extra.length);
    return all;
  }

  /** Returns the label names of all requests and those of the application. */
  static String[] names(List<String> extra) {
    List<String> all = new ArrayList<>(NAMES);
    all.addAll(extra);
    return all.toArray(new String[0]);
  }

  RequestLabels withRoute(String other) {
    return with(other, status, errorType);
  }

  /** Returns labels with safe values; the same object if they are safe already. */
  RequestLabels cleaned() {
    String cleanRoute = SafeText.label(route);
    String cleanErrorType = SafeText.label(errorType);
    int counted = StatusCodes.counted(status);
    return counted == status && cleanRoute.equals(route) && cleanErrorType.equals(errorType)
        ? this
        : with(cleanRoute, counted, cleanErrorType);
  }

  private RequestLabels with(String otherRoute, int otherStatus, String otherErrorType) {
    RequestLabels changed = new RequestLabels();
    changed.method = method;
    changed.route = otherRoute;
    changed.status = otherStatus;
    changed.scheme = scheme;
    changed.errorType = otherErrorType;
    changed.protocolVersion = protocolVersion;
    changed.extra = extra;
    return changed;
  }

  /** Omits scheme and version, which seldom differ; {@link #sameAs} compares them. */
  final int labelHash() {
    int hash = (route.hashCode() * 31 + method.hashCode()) * 31 + status;
    hash = hash * 31 + errorType.hashCode();
    for (String value : extra) {
      hash = hash * 31 + value.hashCode();
    }
    return hash ^ (hash >>> 16);
  }

  /** Returns the {@link #labelHash} of a request without an error and extra labels. */
  static int hashOfSuccess(String method, String route, int status) {
    // The empty string of no error hashes to 0.
    int hash = ((route.hashCode() * 31 + method.hashCode()) * 31 + status) * 31;
    return hash ^ (hash >>> 16);
  }

  /** Returns whether there is neither an error nor a label of the application. */
  protected final boolean isPlain() {
    return errorType.isEmpty() && extra.length == 0;
  }

  /** Returns whether these {@link #isPlain plain} labels have the given values. */
  final boolean isSuccess(
      String otherMethod,
      String otherRoute,
      int otherStatus,
      String otherScheme,
      String otherProtocolVersion) {
    return status == otherStatus
        && route.equals(otherRoute)
        && method.equals(otherMethod)
        && protocolVersion.equals(otherProtocolVersion)
        && scheme.equals(otherScheme);
  }

  final boolean sameAs(RequestLabels other) {
    return status == other.status
        && route.equals(other.route)
        && method.equals(other.method)
        && errorType.equals(other.errorType)
        && protocolVersion.equals(other.protocolVersion)
        && scheme.equals(other.scheme)
        && (extra == other.extra || Arrays.equals(extra, other.extra));
  }
}
