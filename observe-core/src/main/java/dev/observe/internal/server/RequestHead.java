/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.RequestRejectedException;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The validated request line and headers of one request; the body is never read. */
final class RequestHead implements PrometheusHttpRequest {
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~]+) HTTP/([0-9])\\.([0-9])");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*?)[ \\t]*");
  private static final Pattern ABSOLUTE = Pattern.compile("https?://[^/?]*(.*)");

  private final String method;
  private final String path;
  private final @Nullable String query;
  private final boolean http11;
  private final Map<String, List<String>> headers;

  private RequestHead(
      String method,
      String path,
      @Nullable String query,
      boolean http11,
      Map<String, List<String>> headers) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.http11 = http11;
    this.headers = headers;
  }

  /** Parses a head without its closing empty line; lines are separated by CR LF. */
  static RequestHead parse(String head) throws RequestRejectedException {
    String[] lines = head.split("\r\n", -1);
    Matcher line = REQUEST_LINE.matcher(lines[0]);
    if (!line.matches()) {
      throw new RequestRejectedException(400, "The request line is malformed.");
    }
    if (!line.group(3).equals("1")) {
      throw new RequestRejectedException(505, "HTTP/1.1 only.");
    }
    String target = line.group(2);
    Matcher absolute = ABSOLUTE.matcher(target);
    if (absolute.matches()) {
      target = absolute.group(1).startsWith("/") ? absolute.group(1) : "/" + absolute.group(1);
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? null : target.substring(question + 1);
    return new RequestHead(
        line.group(1), path, query, !line.group(4).equals("0"), parseHeaders(lines));
  }

  private static Map<String, List<String>> parseHeaders(String[] lines)
      throws RequestRejectedException {
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher header = HEADER.matcher(lines[i]);
      if (!header.matches()) {
        throw new RequestRejectedException(400, "A header is malformed.");
      }
      headers
          .computeIfAbsent(header.group(1).toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(header.group(2));
    }
    return headers;
  }

  /**
   * Returns whether the connection can serve another request: not after a body, which is unread.
   */
  boolean keepsAlive() {
    boolean body =
        headers.containsKey("transfer-encoding")
            || headers.getOrDefault("content-length", List.of()).stream()
                .anyMatch(length -> !length.equals("0"));
    return http11 && !body && !hasConnectionClose();
  }

  private boolean hasConnectionClose() {
    return headers.getOrDefault("connection", List.of()).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
  }

  boolean head() {
    return method.equals("HEAD");
  }

  @Override
  public String getMethod() {
    return method;
  }

  @Override
  public String getRequestPath() {
    return path;
  }

  @Override
  public @Nullable String getQueryString() {
    return query;
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return Collections.enumeration(headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
  }
}
