/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.util.LogText;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is said before the body of a request: the line and the headers that the settings ask for.
 */
public final class PostRequestHead {
  /** Where a request ends, and whom it is for, is not for a setting to say. */
  private static final Set<String> RESTRICTED =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /** RFC 9110, 5.6.2. */
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final HttpSenderConfig config;
  private final String path;
  private final String absolute;
  private final String host;

  public PostRequestHead(HttpSenderConfig config) {
    this.config = config;
    URI endpoint = config.getEndpoint();
    String rawPath = endpoint.getRawPath();
    // No query: the stock exporter refuses one.
    path = rawPath == null || rawPath.isEmpty() ? "/" : rawPath;
    String defaultPort = "https".equals(endpoint.getScheme()) ? ":443" : ":80";
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    host = endpoint.getHost() + (port.equals(defaultPort) ? "" : port);
    absolute = endpoint.getScheme() + "://" + endpoint.getHost() + port + path;
  }

  /**
   * Returns the head of a request with a body of this length.
   *
   * @param toProxy whether it goes to a proxy, which has to be told where to
   * @throws IllegalArgumentException if a header is none that a client may set
   */
  public byte[] bytes(int length, boolean toProxy) {
    StringBuilder head = new StringBuilder(512);
    head.append("POST ").append(toProxy ? absolute : path).append(" HTTP/1.1\r\n");
    append(head, "Host", host);
    append(head, "Content-Length", Integer.toString(length));
    append(head, "Content-Type", config.getContentType());
    Compressor compressor = config.getCompressor();
    if (compressor != null) {
      append(head, "Content-Encoding", compressor.getEncoding());
    }
    Map<String, List<String>> headers = config.getHeadersSupplier().get();
    if (headers != null) {
      headers.forEach(
          (name, values) -> {
            for (String value : values) {
              check(name, value);
              append(head, name, value);
            }
          });
    }
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  private static void append(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** The value is not told, as it may be a secret. */
  private static void check(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(PostRequestHead::isOfToken)) {
      throw new IllegalArgumentException("invalid header name: \"" + LogText.oneLine(name) + "\"");
    }
    if (RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("restricted header name: \"" + name + "\"");
    }
    if (!value.chars().allMatch(PostRequestHead::isOfValue)) {
      throw new IllegalArgumentException("invalid value of the header \"" + name + "\"");
    }
  }

  private static boolean isOfToken(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** RFC 9110, 5.5: anything but control characters, and nothing that has no byte of its own. */
  private static boolean isOfValue(int c) {
    return c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
  }
}
