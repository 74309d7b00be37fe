/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Urls;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Encodes the request line and the headers of the requests to one URL. */
public final class RequestHead {
  /** Headers that set the framing and the destination of a request; users must not set them. */
  private static final Set<String> RESTRICTED =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /** RFC 9110, 5.6.2. */
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final String method;
  private final String path;
  private final String absolute;
  private final String host;
  private final StringBuilder fixed = new StringBuilder();
  private Supplier<? extends @Nullable Map<String, List<String>>> headers = Map::of;

  /**
   * Creates a head with the headers that the framing of a request requires.
   *
   * @param url the destination, without a query
   */
  public RequestHead(String method, URI url) {
    this.method = method;
    String rawPath = url.getRawPath();
    path = rawPath == null || rawPath.isEmpty() ? "/" : rawPath;
    absolute = Urls.base(url) + path;
    boolean usual = url.getPort() < 0 || url.getPort() == (Urls.isHttps(url) ? 443 : 80);
    host = usual ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /** Adds a header whose name and value are known to be valid. */
  public RequestHead header(String name, String value) {
    append(fixed, name, value);
    return this;
  }

  /** Adds the user's headers: the supplier is called, and its result checked, for each request. */
  public RequestHead headers(Supplier<? extends @Nullable Map<String, List<String>>> supplier) {
    headers = supplier;
    return this;
  }

  /**
   * Returns the head of a request with a body of this length.
   *
   * @param toProxy whether the request goes to a proxy, which needs the whole URL
   * @throws IllegalArgumentException if a header is invalid or one that users must not set
   */
  public byte[] bytes(int length, boolean toProxy) {
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ').append(toProxy ? absolute : path).append(" HTTP/1.1\r\n");
    append(head, "Host", host);
    append(head, "Content-Length", Integer.toString(length));
    head.append(fixed);
    Map<String, List<String>> supplied = headers.get();
    if (supplied != null) {
      supplied.forEach(
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

  /** The messages do not contain the value, as it may be a secret. */
  private static void check(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(RequestHead::isTokenChar)) {
      throw new IllegalArgumentException("invalid header name: \"" + SafeText.oneLine(name) + "\"");
    }
    if (RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("restricted header name: \"" + name + "\"");
    }
    if (!value.chars().allMatch(RequestHead::isValueChar)) {
      throw new IllegalArgumentException("invalid value of the header \"" + name + "\"");
    }
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** RFC 9110, 5.5: no control characters, and only characters that fit in one byte. */
  private static boolean isValueChar(int c) {
    return c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
  }
}
